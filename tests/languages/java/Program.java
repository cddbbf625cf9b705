// What a client generated for Java does with the requests of the README: typed answers, and a typed refusal.

import java.util.List;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.ScoreApi;
import org.openapitools.client.model.*;

class Program {
    static void show(String name, List<Double> values) {
        System.out.println(name + " " + values.stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    static CategoricalTargets targets(List<List<Double>> rows) {
        return new CategoricalTargets().probabilities(rows);
    }

    public static void main(String[] arguments) throws ApiException {
        var service = new ScoreApi(new ApiClient().setBasePath(arguments[0]));
        var logits = List.of(List.of(2.0, 0.5, -1.0), List.of(0.1, 3.0, 0.2));

        var request = new CategoricalScoreRequest()
            .family(CategoricalFamily.CATEGORICAL)
            .targets(targets(List.of(List.of(0.7, 0.2, 0.1), List.of(0.0, 1.0, 0.0))))
            .predictions(new CategoricalPredictions().logits(logits))
            .sampleWeights(List.of(1.0, 2.0))
            .outputs(List.of(Output.LOSSES, Output.GRADIENTS, Output.DIAGNOSTICS_DECOMPOSITION));
        var answer = service.score(new ScoreRequest(request)).getCategoricalScoreResponse();
        System.out.println("value " + answer.getValue());
        show("losses", answer.getLosses());
        answer.getGradients().getLogits().forEach(row -> show("gradient", row));
        System.out.println("floor " + answer.getDiagnostics().getDecomposition().getFloor());

        var impossible = List.of(List.of(0.5, 0.5, 0.0), List.of(0.0, 1.0, 0.0));
        request.predictions(new CategoricalPredictions().probabilities(impossible));
        answer = service.score(new ScoreRequest(request)).getCategoricalScoreResponse();
        assert answer.getLosses().get(0) == null;
        var infinite = answer.getNonfinite().get(0);
        System.out.println("infinite " + infinite.getPointer() + " " + infinite.getValue());

        var comparison = new CategoricalCompareRequest()
            .family(CategoricalFamily.CATEGORICAL)
            .targets(request.getTargets())
            .predictions(request.getPredictions());
        var table = service.compare(new CompareRequest(comparison)).getComparedLossesResponse();
        table.getResults().forEach(line -> System.out.println("compared " + line.getLoss()));

        var zeros = List.of(List.of(0.0, 0.0, 0.0), List.of(0.0, 0.0, 0.0));
        comparison.predictions(null).candidates(List.of(
            new CategoricalCandidate().name("zeros").predictions(new CategoricalPredictions().logits(zeros)),
            new CategoricalCandidate().name("logits").predictions(new CategoricalPredictions().logits(logits))));
        var candidates = service.compare(new CompareRequest(comparison)).getComparedCandidatesResponse();
        var difference = candidates.getResults().get(0).getDifferences().get(0);
        System.out.println("difference " + difference.getName() + " " + difference.getValue());

        request.targets(targets(List.of(List.of(70.0, 20.0, 10.0), List.of(0.0, 100.0, 0.0))));
        try {
            service.score(new ScoreRequest(request));
        } catch (ApiException refusal) {
            var problem = readProblem(refusal.getResponseBody());
            System.out.println("refused " + problem.getStatus() + " " + problem.getCode());
            problem.getErrors().forEach(wrong -> System.out.println("wrong " + wrong.getPointer() + " " + wrong.getCode()));
        }
    }

    static ProblemDocument readProblem(String body) {
        try {
            return ProblemDocument.fromJson(body);
        } catch (java.io.IOException odd) {
            throw new IllegalStateException(body, odd);
        }
    }
}
