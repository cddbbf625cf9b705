// What a client generated for Go does with the requests of the README: typed answers, and a typed refusal.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	distscore "program/client"
)

func numbers(row ...float64) []*float64 {
	pointers := make([]*float64, len(row))
	for at := range row {
		pointers[at] = &row[at]
	}
	return pointers
}

func rows(rows ...[]*float64) []*[]*float64 {
	pointers := make([]*[]*float64, len(rows))
	for at := range rows {
		pointers[at] = &rows[at]
	}
	return pointers
}

func show(name string, values []*float64) {
	fmt.Print(name)
	for _, value := range values {
		fmt.Print(" ", *value)
	}
	fmt.Println()
}

func main() {
	configuration := distscore.NewConfiguration()
	configuration.Servers[0].URL = os.Args[1]
	service := distscore.NewAPIClient(configuration).ScoreAPI
	background := context.Background()

	request := distscore.NewCategoricalScoreRequest(
		distscore.CATEGORICAL,
		distscore.CategoricalTargets{Probabilities: rows(numbers(0.7, 0.2, 0.1), numbers(0, 1, 0))},
		distscore.CategoricalPredictions{Logits: rows(numbers(2, 0.5, -1), numbers(0.1, 3, 0.2))},
	)
	request.SampleWeights = []float64{1, 2}
	request.Outputs = []distscore.Output{distscore.LOSSES, distscore.GRADIENTS, distscore.DIAGNOSTICS_DECOMPOSITION}
	answer, _, err := service.Score(background).ScoreRequest(distscore.CategoricalScoreRequestAsScoreRequest(request)).Execute()
	if err != nil {
		log.Fatal(err)
	}
	scored := answer.CategoricalScoreResponse
	fmt.Println("value", scored.GetValue())
	show("losses", scored.Losses)
	for _, row := range scored.Gradients.Logits {
		show("gradient", row)
	}
	fmt.Println("floor", scored.Diagnostics.Decomposition.GetFloor())

	request.Predictions = distscore.CategoricalPredictions{Probabilities: rows(numbers(0.5, 0.5, 0), numbers(0, 1, 0))}
	answer, _, err = service.Score(background).ScoreRequest(distscore.CategoricalScoreRequestAsScoreRequest(request)).Execute()
	if err != nil {
		log.Fatal(err)
	}
	scored = answer.CategoricalScoreResponse
	if scored.Losses[0] == nil {
		fmt.Println("infinite", scored.Nonfinite[0].Pointer, scored.Nonfinite[0].Value)
	}

	comparison := distscore.NewCategoricalCompareRequest(distscore.CATEGORICAL, request.Targets)
	comparison.Predictions = &request.Predictions
	table, _, err := service.Compare(background).CompareRequest(distscore.CategoricalCompareRequestAsCompareRequest(comparison)).Execute()
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range table.ComparedLossesResponse.Results {
		fmt.Println("compared", line.Loss)
	}

	logits := distscore.CategoricalPredictions{Logits: rows(numbers(2, 0.5, -1), numbers(0.1, 3, 0.2))}
	zeros := distscore.CategoricalPredictions{Logits: rows(numbers(0, 0, 0), numbers(0, 0, 0))}
	comparison.Predictions = nil
	comparison.Candidates = []distscore.CategoricalCandidate{{Name: "zeros", Predictions: zeros}, {Name: "logits", Predictions: logits}}
	table, _, err = service.Compare(background).CompareRequest(distscore.CategoricalCompareRequestAsCompareRequest(comparison)).Execute()
	if err != nil {
		log.Fatal(err)
	}
	difference := table.ComparedCandidatesResponse.Results[0].Differences[0]
	fmt.Println("difference", difference.Name, *difference.Value.Get())

	request.Targets = distscore.CategoricalTargets{Probabilities: rows(numbers(70, 20, 10), numbers(0, 100, 0))}
	_, _, err = service.Score(background).ScoreRequest(distscore.CategoricalScoreRequestAsScoreRequest(request)).Execute()
	var refusal *distscore.GenericOpenAPIError
	if !errors.As(err, &refusal) {
		log.Fatal("not refused")
	}
	problem := refusal.Model().(distscore.ProblemDocument)
	fmt.Println("refused", problem.Status, problem.Code)
	for _, wrong := range problem.Errors {
		fmt.Println("wrong", wrong.Pointer, wrong.Code)
	}
}
