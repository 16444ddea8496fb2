package io.sluice.mirror;

import java.nio.file.Files;
import java.nio.file.Path;

/** A process that brings a mirror up to date, and is to be killed while it does. */
final class MirrorMain {
  private MirrorMain() {}

  /** The folder of the lake, and the contract's file. */
  public static void main(String[] args) throws Exception {
    try (ChangesLake lake = new ChangesLake(Path.of(args[0]), Files.readString(Path.of(args[1])))) {
      System.out.println("begun");
      lake.mirror(ChangesLake.SETTINGS).run(ChangesLake::inProcess, ChangesLake.NOBODY);
      System.out.println("done");
    }
    System.exit(0);
  }
}
