package io.l7.dns.replay;

import java.nio.file.Path;

final class Score {
  private Score() {}

  public static void main(String[] args) throws Exception {
    int passed = 0;
    int failed = 0;
    boolean explain = args[0].equals("-x");
    var replay = new Replay(Scoring.RELAXED);
    for (int i = explain ? 1 : 0; i < args.length; i++) {
      for (Path file : Replay.files(Path.of(args[i]))) {
        Replay.Outcome outcome;
        try {
          outcome = replay.play(file);
        } catch (RuntimeException e) {
          e.printStackTrace();
          outcome = new Replay.Outcome(new Verdict.Failed(e.toString()), java.util.List.of());
        }
        String name = file.getParent().getFileName() + "/" + file.getFileName();
        switch (outcome.verdict()) {
          case Verdict.Passed(int unscripted) -> {
            passed++;
            System.out.println("pass " + name + (unscripted > 0 ? " " + unscripted : ""));
          }
          case Verdict.Failed(String why) -> {
            failed++;
            System.out.println("fail " + name + ": " + why);
          }
          case Verdict.Unsupported(String why) -> {
            failed++;
            System.out.println("unsupported " + name + ": " + why);
          }
        }
        if (explain) {
          outcome.explanations().forEach(x -> System.out.println(x.toText()));
        }
      }
    }
    System.out.println(passed + " passed, " + failed + " failed");
  }
}
