package io.sluice.mirror;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * A process that brings a mirror up to date, and its table of Delta, and is to be killed while it
 * does.
 */
final class MirrorMain {
  static final MirrorFollowers DELTA =
      new MirrorFollowers(List.of("delta"), PipelineOptionsFactory.create());

  private MirrorMain() {}

  /** The folder of the lake, and the contract's file. */
  public static void main(String[] args) throws Exception {
    try (ChangesLake lake = new ChangesLake(Path.of(args[0]), Files.readString(Path.of(args[1])))) {
      System.out.println("begun");
      lake.mirror(ChangesLake.SETTINGS).run(ChangesLake::inProcess, DELTA);
      System.out.println("done");
    }
    System.exit(0);
  }
}
