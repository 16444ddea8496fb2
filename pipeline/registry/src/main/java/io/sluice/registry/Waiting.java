package io.sluice.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.UnavailableException;
import io.sluice.UserException;
import io.sluice.metrics.SchemaMetrics;
import io.sluice.metrics.SchemaMetrics.Outcome;
import io.sluice.schema.UnknownSchemaException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks until there is an answer that counts. A registry that does not answer is waited for; one
 * that says that it has no such thing is asked again some times, for a record may be here before
 * its schema is on each of the registry's nodes; one that refuses is asked once more with settings
 * that are read anew. Safe for use by several threads.
 */
final class Waiting implements AutoCloseable {
  private static final Duration FIRST_DELAY = Duration.ofMillis(250);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

  /** How long a verb waits. */
  private static final Duration PATIENCE_OF_A_VERB = Duration.ofMinutes(1);

  private final String registry;
  private final Http http;
  private final Answers answers;
  private final boolean forEver;
  private final Time time;
  private final Outage outage;
  private final Patience patience;
  private volatile int preferred;

  /**
   * @param registry its addresses, for messages
   * @param forEver whether it is waited for as long as it takes
   */
  Waiting(String registry, Http http, Answers answers, boolean forEver, Time time) {
    this.registry = registry;
    this.http = http;
    this.answers = answers;
    this.forEver = forEver;
    this.time = time;
    this.outage = new Outage(registry, time);
    this.patience = new Patience(registry, time);
    SchemaMetrics.begin();
  }

  /**
   * @throws UnknownSchemaException where each of several answers, over some seconds, was that there
   *     is no such thing
   * @throws UserException where somebody has to change something
   * @throws UnavailableException where it has been waited long enough
   */
  JsonNode ask(Request request) throws UnknownSchemaException, InterruptedException {
    long begun = time.nanos();
    int failures = 0;
    Patience.Share looking = patience.begin();
    while (true) {
      Duration delay;
      try {
        Optional<JsonNode> found = askEach(request);
        if (found.isPresent()) {
          looking.found();
          return found.get();
        }
        failures = 0;
        Optional<Duration> more = looking.next();
        if (more.isEmpty()) {
          throw new UnknownSchemaException(request.what() + " is not in " + registry);
        }
        // Another node may have it.
        preferred = (preferred + 1) % request.places().size();
        delay = more.get();
      } catch (Unanswered e) {
        outage.begins(e);
        delay = delay(failures++, e.leaveAlone());
        if (!forEver && time.nanos() - begun + delay.toNanos() > PATIENCE_OF_A_VERB.toNanos()) {
          throw new UnavailableException(
              e.getMessage()
                  + "; waited "
                  + PATIENCE_OF_A_VERB.toSeconds()
                  + " s for the registry: check that it runs, and --schemaRegistry",
              e);
        }
      }
      time.sleep(delay);
    }
  }

  /**
   * Doubled from try to try, and a random half of it less, so that workers do not come together.
   */
  private static Duration delay(int failures, Duration leaveAlone) {
    long most =
        Math.min(LONGEST_DELAY.toMillis(), FIRST_DELAY.toMillis() << Math.min(failures, 20));
    long delay = most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    return Duration.ofMillis(
        Math.max(delay, Math.min(leaveAlone.toMillis(), LONGEST_DELAY.toMillis())));
  }

  /** Asks the addresses in turn, the one that answered last first, until one answers. */
  private Optional<JsonNode> askEach(Request request) throws Unanswered, InterruptedException {
    Unanswered last = null;
    int first = preferred;
    for (int i = 0; i < request.places().size(); i++) {
      int at = (first + i) % request.places().size();
      try {
        Optional<JsonNode> answer = askOne(request, request.places().get(at));
        preferred = at;
        outage.ends();
        return answer;
      } catch (Unanswered e) {
        last = e;
      }
    }
    throw last == null ? new Unanswered(Outcome.CONNECTION, registry + ": no address", null) : last;
  }

  private Optional<JsonNode> askOne(Request request, URI place)
      throws Unanswered, InterruptedException {
    try {
      return counted(request, place);
    } catch (Refused e) {
      http.reload();
    }
    try {
      return counted(request, place);
    } catch (Refused e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<JsonNode> counted(Request request, URI place)
      throws Unanswered, Refused, InterruptedException {
    Outcome outcome = Outcome.REFUSED;
    try {
      Optional<JsonNode> read = answers.read(request, http.ask(request, place));
      outcome = read.isPresent() ? Outcome.FOUND : Outcome.NOT_FOUND;
      return read;
    } catch (Unanswered e) {
      outcome = e.outcome();
      throw e;
    } finally {
      SchemaMetrics.asked(outcome);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
