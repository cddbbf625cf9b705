//! What a client generated for Rust does with the requests of the README: typed answers, and a typed refusal.

use distscore::apis::score_api::{compare, score, ScoreError};
use distscore::apis::{configuration::Configuration, Error};
use distscore::models::*;

fn numbers(rows: &[[f64; 3]]) -> Option<Vec<Vec<Option<f64>>>> {
    Some(rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect())
}

fn show(name: &str, values: &[Option<f64>]) {
    let words: Vec<String> = values.iter().map(|value| value.unwrap().to_string()).collect();
    println!("{name} {}", words.join(" "));
}

async fn scored(service: &Configuration, request: &CategoricalScoreRequest) -> CategoricalScoreResponse {
    let request = ScoreRequest::CategoricalScoreRequest(Box::new(request.clone()));
    match score(service, request).await.unwrap() {
        ScoreResponse::CategoricalScoreResponse(answer) => *answer,
        other => panic!("an answer of another family: {other:?}"),
    }
}

async fn compared(service: &Configuration, request: &CategoricalCompareRequest) -> CompareResponse {
    let request = CompareRequest::CategoricalCompareRequest(Box::new(request.clone()));
    compare(service, request).await.unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let base_path = std::env::args().nth(1).unwrap();
    let service = Configuration { base_path, ..Configuration::default() };
    let probabilities = numbers(&[[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]);
    let targets = CategoricalTargets { probabilities, ..Default::default() };
    let logits = numbers(&[[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]);
    let predictions = CategoricalPredictions { logits, ..Default::default() };

    let family = CategoricalFamily::Categorical;
    let mut request = CategoricalScoreRequest::new(family, targets.clone(), predictions.clone());
    request.sample_weights = Some(vec![Some(1.0), Some(2.0)]);
    request.outputs = Some(vec![Output::Losses, Output::Gradients, Output::DiagnosticsDecomposition]);
    let answer = scored(&service, &request).await;
    println!("value {}", answer.value.unwrap().unwrap());
    show("losses", &answer.losses.unwrap());
    for row in answer.gradients.unwrap().logits.unwrap() {
        show("gradient", &row);
    }
    println!("floor {}", answer.diagnostics.unwrap().decomposition.unwrap().floor.unwrap());

    let impossible = numbers(&[[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]]);
    request.predictions = Box::new(CategoricalPredictions { probabilities: impossible, ..Default::default() });
    let answer = scored(&service, &request).await;
    assert_eq!(answer.losses.unwrap()[0], None);
    println!("infinite {} {:?}", answer.nonfinite[0].pointer, answer.nonfinite[0].value);

    let mut comparison = CategoricalCompareRequest::new(family, targets);
    comparison.predictions = Some(request.predictions.clone());
    match compared(&service, &comparison).await {
        CompareResponse::ComparedLossesResponse(table) => {
            table.results.iter().for_each(|line| println!("compared {}", line.loss))
        }
        other => panic!("no table of losses: {other:?}"),
    }

    let zeros = CategoricalPredictions { logits: numbers(&[[0.0; 3]; 2]), ..Default::default() };
    comparison.predictions = None;
    comparison.candidates = Some(vec![
        CategoricalCandidate::new("zeros".into(), zeros),
        CategoricalCandidate::new("logits".into(), predictions),
    ]);
    match compared(&service, &comparison).await {
        CompareResponse::ComparedCandidatesResponse(table) => {
            let difference = &table.results[0].differences[0];
            println!("difference {} {}", difference.name, difference.value.unwrap());
        }
        other => panic!("no candidates: {other:?}"),
    }

    request.targets.probabilities = numbers(&[[70.0, 20.0, 10.0], [0.0, 100.0, 0.0]]);
    let request = ScoreRequest::CategoricalScoreRequest(Box::new(request));
    let Err(Error::ResponseError(refusal)) = score(&service, request).await else { panic!("not refused") };
    let Some(ScoreError::Status400(problem)) = refusal.entity else { panic!("no problem document") };
    println!("refused {} {}", problem.status, problem.code);
    for wrong in problem.errors.unwrap() {
        println!("wrong {} {}", wrong.pointer, wrong.code);
    }
}
