// Scores a batch with java.net.http and Gson: java -cp gson.jar Score.java http://127.0.0.1:8000 batch.json

import com.google.gson.Gson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;

class Score {
    static class Answer { double value; Gradients gradients; List<Infinite> nonfinite; }
    static class Gradients { double[][] logits; }
    static class Infinite { String pointer, value; } // null where it stands, which Gson reads as 0
    static class Problem { int status; String title; List<Wrong> errors = List.of(); }
    static class Wrong { String pointer, detail, hint; }

    public static void main(String[] arguments) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(arguments[0] + "/v1/score"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofFile(Path.of(arguments[1])))
            .build();
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            refuse(new Gson().fromJson(response.body(), Problem.class));
        }
        report(new Gson().fromJson(response.body(), Answer.class));
    }

    static void report(Answer answer) {
        answer.nonfinite.forEach(infinite -> System.out.println(infinite.value + " at " + infinite.pointer));
        if (!answer.nonfinite.isEmpty()) {
            return;
        }
        var slopes = answer.gradients.logits;
        int row = 0, column = 0;
        for (int i = 0; i < slopes.length; i++) {
            for (int j = 0; j < slopes[i].length; j++) {
                if (Math.abs(slopes[i][j]) > Math.abs(slopes[row][column])) {
                    row = i;
                    column = j;
                }
            }
        }
        System.out.println("value " + answer.value);
        System.out.println("steepest " + slopes[row][column] + " in row " + row + ", class " + column);
    }

    static void refuse(Problem problem) {
        System.err.println(problem.status + " " + problem.title);
        for (var wrong : problem.errors) {
            System.err.println(wrong.pointer + ": " + wrong.detail);
            if (wrong.hint != null) {
                System.err.println("  " + wrong.hint);
            }
        }
        System.exit(1);
    }
}
