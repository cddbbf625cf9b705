// What a client generated for Kotlin does with the requests of the README: typed answers, and a typed refusal.

import org.openapitools.client.apis.ScoreApi
import org.openapitools.client.infrastructure.ClientError
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.infrastructure.Serializer.gson
import org.openapitools.client.models.*

fun show(name: String, values: List<Double?>) = println("$name ${values.joinToString(" ")}")

fun main(arguments: Array<String>) {
    val service = ScoreApi(arguments[0])
    val logits = CategoricalPredictions(logits = listOf(listOf(2.0, 0.5, -1.0), listOf(0.1, 3.0, 0.2)))

    val request = CategoricalScoreRequest(
        family = CategoricalFamily.CATEGORICAL,
        targets = CategoricalTargets(probabilities = listOf(listOf(0.7, 0.2, 0.1), listOf(0.0, 1.0, 0.0))),
        predictions = logits,
        sampleWeights = listOf(1.0, 2.0),
        outputs = listOf(Output.LOSSES, Output.GRADIENTS, Output.DIAGNOSTICS_PERIOD_DECOMPOSITION),
    )
    val answer = service.score(ScoreRequest(request)).actualInstance as CategoricalScoreResponse
    println("value ${answer.value}")
    show("losses", answer.losses!!)
    answer.gradients!!.logits!!.forEach { show("gradient", it) }
    println("floor ${answer.diagnostics!!.decomposition!!.floor}")

    val impossible = CategoricalPredictions(probabilities = listOf(listOf(0.5, 0.5, 0.0), listOf(0.0, 1.0, 0.0)))
    val infinite = service.score(ScoreRequest(request.copy(predictions = impossible))).actualInstance as CategoricalScoreResponse
    check(infinite.losses!![0] == null)
    println("infinite ${infinite.nonfinite[0].pointer} ${infinite.nonfinite[0].value.value}")

    val comparison = CategoricalCompareRequest(family = request.family, targets = request.targets, predictions = impossible)
    val table = service.compare(CompareRequest(comparison)).actualInstance as ComparedLossesResponse
    table.results.forEach { println("compared ${it.loss}") }

    val zeros = CategoricalPredictions(logits = listOf(listOf(0.0, 0.0, 0.0), listOf(0.0, 0.0, 0.0)))
    val candidates = listOf(CategoricalCandidate("zeros", zeros), CategoricalCandidate("logits", logits))
    val rivals = CompareRequest(comparison.copy(predictions = null, candidates = candidates))
    val compared = service.compare(rivals).actualInstance as ComparedCandidatesResponse
    val difference = compared.results[0].differences[0]
    println("difference ${difference.name} ${difference.value}")

    val percentages = CategoricalTargets(probabilities = listOf(listOf(70.0, 20.0, 10.0), listOf(0.0, 100.0, 0.0)))
    try {
        service.score(ScoreRequest(request.copy(targets = percentages)))
    } catch (refusal: ClientException) {
        val body = (refusal.response as ClientError<*>).body as String
        val problem = gson.fromJson(body, ProblemDocument::class.java)
        println("refused ${problem.status} ${problem.code}")
        problem.errors!!.forEach { println("wrong ${it.pointer} ${it.code}") }
    }
}
