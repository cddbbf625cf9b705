#!/bin/sh
# Scores a batch with curl and jq: sh score.sh http://127.0.0.1:8000 batch.json

answer=$(curl -sS --fail-with-body "$1/v1/score" -H 'Content-Type: application/json' -d @"$2") || {
    echo "$answer" | jq -r '"\(.status) \(.title)", (.errors[]? | "\(.pointer): \(.detail)", "  \(.hint // empty)")' >&2
    exit 1
}
echo "$answer" | jq -r '
    if .nonfinite_count > 0 then .nonfinite[] | "\(.value) at \(.pointer)"  # null where it stands
    else
        "value \(.value)",
        ([.gradients.logits | paths(numbers) as [$row, $class] | {$row, $class, slope: .[$row][$class]}]
         | max_by(.slope | fabs)
         | "steepest \(.slope) in row \(.row), class \(.class)")
    end'
