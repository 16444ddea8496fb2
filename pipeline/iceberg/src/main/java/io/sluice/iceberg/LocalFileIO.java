package io.sluice.iceberg;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Files;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.io.SupportsPrefixOperations;

/**
 * Metadata in directories. Iceberg's own way there is Hadoop's FileSystem, which wants libraries
 * that nothing else here needs. For {@code io-impl}; Iceberg makes it by its name.
 */
public final class LocalFileIO implements SupportsPrefixOperations {
  private static final long serialVersionUID = 1L;

  private static File file(String place) {
    return new File(place.replaceFirst("^file:/+", "/"));
  }

  @Override
  public InputFile newInputFile(String place) {
    InputFile file = Files.localInput(file(place));
    return new InputFile() {
      @Override
      public long getLength() {
        return file.getLength();
      }

      @Override
      public SeekableInputStream newStream() {
        return file.newStream();
      }

      @Override
      public String location() {
        return place;
      }

      @Override
      public boolean exists() {
        return file.exists();
      }
    };
  }

  @Override
  public OutputFile newOutputFile(String place) {
    OutputFile file = Files.localOutput(file(place));
    return new OutputFile() {
      @Override
      public PositionOutputStream create() {
        return file.create();
      }

      @Override
      public PositionOutputStream createOrOverwrite() {
        return file.createOrOverwrite();
      }

      @Override
      public String location() {
        return place;
      }

      @Override
      public InputFile toInputFile() {
        return newInputFile(place);
      }
    };
  }

  @Override
  public void deleteFile(String place) {
    if (!file(place).delete()) {
      throw new NotFoundException("%s is not there, or cannot be deleted", place);
    }
  }

  /** All files below a folder. */
  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    List<FileInfo> found = new ArrayList<>();
    list(file(prefix), found);
    return found;
  }

  private static void list(File folder, List<FileInfo> to) {
    File[] files = folder.listFiles();
    if (files == null) {
      return;
    }
    for (File file : files) {
      if (file.isDirectory()) {
        list(file, to);
      } else {
        to.add(new FileInfo(file.getPath(), file.length(), file.lastModified()));
      }
    }
  }

  @Override
  public void deletePrefix(String prefix) {
    throw new UnsupportedOperationException("nobody deletes a folder here");
  }

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }
}
