// What a client that oapi-codegen writes does with the requests of the README: typed answers, and a typed refusal.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	distscore "program/client"
)

func rows(rows ...[]float64) *[]*[]*float64 {
	pointers := make([]*[]*float64, len(rows))
	for at, row := range rows {
		numbers := make([]*float64, len(row))
		for place := range row {
			numbers[place] = &row[place]
		}
		pointers[at] = &numbers
	}
	return &pointers
}

func show(name string, values []*float64) {
	fmt.Print(name)
	for _, value := range values {
		fmt.Print(" ", *value)
	}
	fmt.Println()
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	service := must(distscore.NewClientWithResponses(os.Args[1]))
	background := context.Background()
	logits := distscore.CategoricalPredictions{Logits: rows([]float64{2, 0.5, -1}, []float64{0.1, 3, 0.2})}

	score := func(request distscore.CategoricalScoreRequest) *distscore.ScoreResult {
		var body distscore.ScoreRequest
		if err := body.FromCategoricalScoreRequest(request); err != nil {
			log.Fatal(err)
		}
		return must(service.ScoreWithResponse(background, body))
	}
	request := distscore.CategoricalScoreRequest{
		Family:        distscore.CategoricalFamilyCategorical,
		Targets:       distscore.CategoricalTargets{Probabilities: rows([]float64{0.7, 0.2, 0.1}, []float64{0, 1, 0})},
		Predictions:   logits,
		SampleWeights: &[]float64{1, 2},
		Outputs:       &[]distscore.Output{distscore.OutputLosses, distscore.OutputGradients, distscore.OutputDiagnosticsDecomposition},
	}
	answer := must(score(request).JSON200.AsCategoricalScoreResponse())
	fmt.Println("value", *answer.Value)
	show("losses", *answer.Losses)
	for _, row := range *answer.Gradients.Logits {
		show("gradient", row)
	}
	fmt.Println("floor", *answer.Diagnostics.Decomposition.Floor)

	impossible := distscore.CategoricalPredictions{Probabilities: rows([]float64{0.5, 0.5, 0}, []float64{0, 1, 0})}
	request.Predictions = impossible
	answer = must(score(request).JSON200.AsCategoricalScoreResponse())
	if (*answer.Losses)[0] == nil {
		fmt.Println("infinite", answer.Nonfinite[0].Pointer, answer.Nonfinite[0].Value)
	}

	compare := func(request distscore.CategoricalCompareRequest) distscore.CompareResponse {
		var body distscore.CompareRequest
		if err := body.FromCategoricalCompareRequest(request); err != nil {
			log.Fatal(err)
		}
		return *must(service.CompareWithResponse(background, body)).JSON200
	}
	comparison := distscore.CategoricalCompareRequest{Family: request.Family, Targets: request.Targets}
	comparison.Predictions = &impossible
	for _, line := range must(compare(comparison).AsComparedLossesResponse()).Results {
		fmt.Println("compared", line.Loss)
	}

	zeros := distscore.CategoricalPredictions{Logits: rows([]float64{0, 0, 0}, []float64{0, 0, 0})}
	comparison.Predictions = nil
	comparison.Candidates = &[]distscore.CategoricalCandidate{{Name: "zeros", Predictions: zeros}, {Name: "logits", Predictions: logits}}
	difference := must(compare(comparison).AsComparedCandidatesResponse()).Results[0].Differences[0]
	fmt.Println("difference", difference.Name, *difference.Value)

	request.Targets = distscore.CategoricalTargets{Probabilities: rows([]float64{70, 20, 10}, []float64{0, 100, 0})}
	problem := score(request).ApplicationproblemJSON422
	fmt.Println("refused", problem.Status, problem.Code)
	for _, wrong := range *problem.Errors {
		fmt.Println("wrong", wrong.Pointer, wrong.Code)
	}
}
