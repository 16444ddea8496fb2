package io.sluice.debezium;

import io.sluice.convert.Elements;
import io.sluice.convert.Field;
import io.sluice.convert.Rejection;
import io.sluice.decode.Outcome;
import io.sluice.record.RecordBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads envelopes into a document. For one thread. */
final class EnvelopeDecoder {
  private final Target target;
  private final EnvelopeReader reader;

  EnvelopeDecoder(Target target, EnvelopeReader reader) {
    this.target = target;
    this.reader = reader;
  }

  /**
   * Reads a record.
   *
   * @return what becomes of it where it is no row; null where its row is in the document
   * @throws Rejection with a path in the document
   */
  @Nullable Outcome read(RecordBytes record) throws Rejection {
    if (!record.hasValue()) {
      return Change.TOMBSTONE;
    }
    target.begin();
    try {
      return readEnvelope(record);
    } finally {
      target.end();
    }
  }

  private @Nullable Outcome readEnvelope(RecordBytes record) throws Rejection {
    try {
      reader.read(record);
    } catch (Rejection e) {
      throw inDocument(e, EnvelopeFields.BEFORE + ".");
    }
    if (reader.isNull()) {
      return Change.TOMBSTONE;
    }
    Change change = target.change();
    Outcome skipped = change.skipped();
    if (skipped != null) {
      return skipped;
    }
    if (change.isDelete()) {
      try {
        reader.readDeleted();
      } catch (Rejection e) {
        throw inDocument(e, "");
      }
      change.requireBefore();
    }
    change.finish(target.document());
    finishUnavailable(target.unavailable().names());
    return null;
  }

  private void finishUnavailable(List<String> names) throws Rejection {
    Field wanted = names.isEmpty() ? null : target.document().field(EnvelopeFields.UNAVAILABLE);
    if (wanted == null) {
      return;
    }
    try {
      Elements list = wanted.converter().list();
      for (String name : names) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        list.element().text(utf8, 0, utf8.length);
      }
      list.end();
    } catch (Rejection e) {
      throw e.within(EnvelopeFields.UNAVAILABLE);
    }
  }

  /**
   * The same where the path is one of the document, as a contract has it, not of the envelope.
   *
   * @param before what stands for {@code before.}
   */
  private static Rejection inDocument(Rejection rejection, String before) {
    String path = rejection.path();
    if (path.startsWith("payload.")) {
      path = path.substring("payload.".length());
    }
    if (path.startsWith("after.")) {
      path = ofRow(path.substring("after.".length()));
    } else if (path.startsWith("before.")) {
      String name = path.substring("before.".length());
      path = before.isEmpty() ? ofRow(name) : before + name;
    } else if (path.startsWith("source.") || path.startsWith("transaction.")) {
      path = "_" + path;
    }
    return path.equals(rejection.path())
        ? rejection
        : new Rejection(rejection.reason(), path, rejection.text());
  }

  private static String ofRow(String path) {
    int end = path.indexOf('.');
    String name = end < 0 ? path : path.substring(0, end);
    return EnvelopeFields.isReserved(name) ? EnvelopeFields.ROW + "." + path : path;
  }
}
