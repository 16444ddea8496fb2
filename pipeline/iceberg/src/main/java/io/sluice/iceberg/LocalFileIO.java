package io.sluice.iceberg;

import java.io.File;
import java.util.Map;
import org.apache.iceberg.Files;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Metadata in directories. Iceberg's own way there is Hadoop's FileSystem, which wants libraries
 * that nothing else here needs. For {@code io-impl}; Iceberg makes it by its name.
 */
public final class LocalFileIO implements FileIO {
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

  @Override
  public Map<String, String> properties() {
    return Map.of();
  }
}
