package io.sluice.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Flink's folder as it is in the image. */
final class Installation {
  static final Path IMAGE = Path.of("").toAbsolutePath();
  private static final Path CLUSTER = IMAGE.resolveSibling("cluster").resolve("target");

  private Installation() {}

  /** All of the class path of Flink's processes. */
  static List<Path> libraries() throws IOException {
    return paths("lib.txt");
  }

  /** Flink's libraries, its plugin for S3, and our jars: as the Dockerfile puts them together. */
  static Path lay(Path home) throws IOException {
    Path lib = Files.createDirectories(home.resolve("lib"));
    for (Path jar : libraries()) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    for (Path jar : paths("plugins.txt")) {
      String name = jar.getFileName().toString().replaceFirst("^flink-(.*)-[\\d.]+jar$", "$1");
      Path plugin = Files.createDirectories(home.resolve("plugins").resolve(name));
      Files.copy(jar, plugin.resolve(jar.getFileName()));
    }
    Path usrlib = Files.createDirectories(home.resolve("usrlib"));
    for (String jar : List.of("sluice.jar", "sluice-libraries.jar")) {
      Files.copy(IMAGE.resolve("target/image").resolve(jar), usrlib.resolve(jar));
    }
    return home;
  }

  private static List<Path> paths(String file) throws IOException {
    return Stream.of(
            Files.readString(CLUSTER.resolve(file)).trim().split(java.io.File.pathSeparator))
        .map(Path::of)
        .toList();
  }
}
