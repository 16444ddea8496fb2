package io.sluice.registry;

import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics;
import io.sluice.schema.RegisteredSchema;
import io.sluice.schema.SchemaId;
import io.sluice.schema.Schemas;
import io.sluice.schema.UnknownSchemaException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a registry has answered, and asks for one id once at a time. What is behind an id
 * never changes, so a schema is kept until others need its place; that there is none is kept for
 * some seconds, for it may be registered yet. That a registry refuses is not kept.
 */
final class KeptSchemas implements Schemas {
  private static final int MOST = 1000;
  private static final long MOST_BYTES = 16L << 20;
  private static final long KEPT_MISSING = Duration.ofSeconds(10).toNanos();

  private final String registry;
  private final Lookup lookup;
  private final Time time;
  private final Lru<RegisteredSchema> schemas = new Lru<>(MOST, MOST_BYTES, KeptSchemas::bytes);
  private final Lru<Missing> missing = new Lru<>(MOST, Long.MAX_VALUE, one -> 0);
  private final Map<SchemaId, CompletableFuture<Verdict>> asked = new ConcurrentHashMap<>();

  private record Missing(UnknownSchemaException answer, long since) {}

  /** What became of a question. */
  private sealed interface Verdict {
    record Found(RegisteredSchema schema) implements Verdict {}

    record Unknown(UnknownSchemaException answer) implements Verdict {}

    record Failed(UserException failure) implements Verdict {}

    /** Whoever asked was interrupted: another one that waits asks in its place. */
    record GivenUp() implements Verdict {}
  }

  /**
   * @param registry its addresses, for messages
   */
  KeptSchemas(String registry, Lookup lookup, Time time) {
    this.registry = registry;
    this.lookup = lookup;
    this.time = time;
  }

  /** Java's texts have one or two bytes a character. */
  private static long bytes(RegisteredSchema schema) {
    long characters = schema.text().length();
    for (RegisteredSchema.Reference reference : schema.references()) {
      characters += reference.name().length() + reference.text().length();
    }
    return 2 * characters;
  }

  @Override
  public RegisteredSchema get(SchemaId id) throws UnknownSchemaException {
    while (true) {
      RegisteredSchema kept = kept(id);
      if (kept != null) {
        return kept;
      }
      CompletableFuture<Verdict> ours = new CompletableFuture<>();
      CompletableFuture<Verdict> others = asked.putIfAbsent(id, ours);
      Verdict verdict;
      SchemaMetrics.Wait wait = SchemaMetrics.waiting();
      try {
        verdict = others == null ? ask(id, ours) : others.get();
      } catch (InterruptedException e) {
        throw interrupted("schema " + id, e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("never completed so", e);
      } finally {
        wait.close();
      }
      if (verdict instanceof Verdict.Found found) {
        return found.schema();
      }
      if (verdict instanceof Verdict.Unknown unknown) {
        throw unknown.answer();
      }
      if (verdict instanceof Verdict.Failed failed) {
        throw failed.failure();
      }
    }
  }

  private @Nullable RegisteredSchema kept(SchemaId id) throws UnknownSchemaException {
    Missing none = missing.get(id);
    if (none != null) {
      if (time.nanos() - none.since() < KEPT_MISSING) {
        throw none.answer();
      }
      missing.remove(id);
    }
    return schemas.get(id);
  }

  private Verdict ask(SchemaId id, CompletableFuture<Verdict> told) throws InterruptedException {
    Verdict verdict = new Verdict.GivenUp();
    try {
      verdict = askOnce(id);
    } finally {
      // Kept before nobody is asking any more: who comes in between finds the one or the other.
      asked.remove(id, told);
      told.complete(verdict);
    }
    return verdict;
  }

  private Verdict askOnce(SchemaId id) throws InterruptedException {
    // Since we looked, another one may have had the answer.
    RegisteredSchema had = schemas.get(id);
    if (had != null) {
      return new Verdict.Found(had);
    }
    try {
      RegisteredSchema schema = lookup.byId(id);
      schemas.put(id, schema);
      return new Verdict.Found(schema);
    } catch (UnknownSchemaException e) {
      missing.put(id, new Missing(e, time.nanos()));
      return new Verdict.Unknown(e);
    } catch (UserException e) {
      return new Verdict.Failed(e);
    } catch (RuntimeException e) {
      return new Verdict.Failed(fault("schema " + id, e));
    }
  }

  /** No record is to blame, so it is none that makes a dead letter. */
  private UserException fault(String what, RuntimeException e) {
    return new UserException(
        registry + ": " + what + " could not be had, which is a fault of Sluice: " + e, e);
  }

  private UnavailableException interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new UnavailableException(registry + ": interrupted while " + what + " was asked for", e);
  }

  @Override
  public RegisteredSchema latest(String subject) throws UnknownSchemaException {
    return ofSubject(subject, () -> lookup.latest(subject));
  }

  @Override
  public RegisteredSchema version(String subject, int version) throws UnknownSchemaException {
    return ofSubject(subject, () -> lookup.version(subject, version));
  }

  private interface Question {
    RegisteredSchema ask() throws UnknownSchemaException, InterruptedException;
  }

  /** What a subject has may change, and is not kept. */
  private RegisteredSchema ofSubject(String subject, Question question)
      throws UnknownSchemaException {
    SchemaMetrics.Wait wait = SchemaMetrics.waiting();
    try {
      return question.ask();
    } catch (InterruptedException e) {
      throw interrupted("subject " + subject, e);
    } catch (UserException e) {
      throw e;
    } catch (RuntimeException e) {
      throw fault("subject " + subject, e);
    } finally {
      wait.close();
    }
  }

  @Override
  public void close() {
    lookup.close();
  }
}
