// Scores a batch with net/http: go run score.go http://127.0.0.1:8000 batch.json
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"math"
	"net/http"
	"os"
)

type answer struct {
	Value     float64
	Gradients struct{ Logits [][]float64 }
	Nonfinite []struct{ Pointer, Value string } // null where they stand, which Go reads as 0
}

type problem struct {
	Status int
	Title  string
	Errors []struct{ Pointer, Detail, Hint string }
}

func main() {
	batch, err := os.Open(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	response, err := http.Post(os.Args[1]+"/v1/score", "application/json", batch)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		refuse(read[problem](response))
	}
	report(read[answer](response))
}

func read[T any](response *http.Response) (document T) {
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		log.Fatal(err)
	}
	return document
}

func report(scored answer) {
	for _, infinite := range scored.Nonfinite {
		fmt.Println(infinite.Value, "at", infinite.Pointer)
	}
	if len(scored.Nonfinite) > 0 {
		return
	}
	steepest, row, class := 0.0, 0, 0
	for i, slopes := range scored.Gradients.Logits {
		for j, slope := range slopes {
			if math.Abs(slope) > math.Abs(steepest) {
				steepest, row, class = slope, i, j
			}
		}
	}
	fmt.Println("value", scored.Value)
	fmt.Printf("steepest %v in row %d, class %d\n", steepest, row, class)
}

func refuse(refusal problem) {
	fmt.Fprintln(os.Stderr, refusal.Status, refusal.Title)
	for _, wrong := range refusal.Errors {
		fmt.Fprintf(os.Stderr, "%s: %s\n", wrong.Pointer, wrong.Detail)
		if wrong.Hint != "" {
			fmt.Fprintf(os.Stderr, "  %s\n", wrong.Hint)
		}
	}
	os.Exit(1)
}
