# Scores a batch with curl and jsonlite: Rscript score.R http://127.0.0.1:8000 batch.json

arguments <- commandArgs(trailingOnly = TRUE)
request <- curl::new_handle()
curl::handle_setheaders(request, "Content-Type" = "application/json")
curl::handle_setopt(request, copypostfields = paste(readLines(arguments[2]), collapse = "\n"))
response <- curl::curl_fetch_memory(paste0(arguments[1], "/v1/score"), request)
answer <- jsonlite::fromJSON(rawToChar(response$content))

if (response$status_code != 200) {
  message(answer$status, " ", answer$title)
  wrong <- answer$errors
  for (at in seq_len(NROW(wrong))) {
    message(wrong$pointer[at], ": ", wrong$detail[at])
    if (!is.null(wrong$hint) && !is.na(wrong$hint[at])) message("  ", wrong$hint[at])
  }
  quit(status = 1)
}

if (answer$nonfinite_count > 0) {
  cat(paste(answer$nonfinite$value, "at", answer$nonfinite$pointer), sep = "\n") # null where it stands
  quit()
}

slopes <- answer$gradients$logits
steepest <- which(abs(slopes) == max(abs(slopes)), arr.ind = TRUE)[1, ]
cat("value", format(answer$value, digits = 17), "\n")
cat("steepest", format(slopes[steepest[1], steepest[2]], digits = 17), "in row", steepest[1] - 1)
cat(", class", steepest[2] - 1, "\n")
