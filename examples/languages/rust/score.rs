//! Scores a batch with ureq: cargo run http://127.0.0.1:8000 ../batch.json

use serde::Deserialize;

#[derive(Deserialize)]
struct Answer {
    value: Option<f64>,
    gradients: Option<Gradients>,
    nonfinite: Vec<Infinite>,
}

#[derive(Deserialize)]
struct Gradients {
    logits: Vec<Vec<f64>>,
}

/// A number that is null where it stands.
#[derive(Deserialize)]
struct Infinite {
    pointer: String,
    value: String,
}

#[derive(Deserialize)]
struct Problem {
    status: u16,
    title: String,
    #[serde(default)]
    errors: Vec<Wrong>,
}

#[derive(Deserialize)]
struct Wrong {
    pointer: String,
    detail: String,
    hint: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let batch = std::fs::read_to_string(&arguments[2])?;
    let mut response = ureq::post(format!("{}/v1/score", arguments[1]))
        .config()
        .http_status_as_error(false)
        .build()
        .content_type("application/json")
        .send(batch)?;
    let body = response.body_mut().read_to_string()?;
    if response.status() != 200 {
        refuse(serde_json::from_str(&body)?);
    }
    report(serde_json::from_str(&body)?);
    Ok(())
}

fn report(answer: Answer) {
    answer.nonfinite.iter().for_each(|infinite| println!("{} at {}", infinite.value, infinite.pointer));
    let (Some(value), Some(gradients)) = (answer.value, answer.gradients) else { return };
    let entries = gradients.logits.iter().enumerate().flat_map(|(row, slopes)| {
        let entry = move |(class, slope)| (row, class, slope);
        slopes.iter().enumerate().map(entry)
    });
    let (row, class, slope) = entries.max_by(|one, other| one.2.abs().total_cmp(&other.2.abs())).unwrap();
    println!("value {value}");
    println!("steepest {slope} in row {row}, class {class}");
}

fn refuse(problem: Problem) {
    eprintln!("{} {}", problem.status, problem.title);
    for wrong in problem.errors {
        eprintln!("{}: {}", wrong.pointer, wrong.detail);
        wrong.hint.iter().for_each(|hint| eprintln!("  {hint}"));
    }
    std::process::exit(1);
}
