package io.sluice.glue;

import io.sluice.UserException;
import io.sluice.follow.FileLists;
import io.sluice.lake.PartFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.BatchGetPartitionResponse;
import software.amazon.awssdk.services.glue.model.BatchUpdatePartitionRequestEntry;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.ConcurrentModificationException;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.ErrorDetail;
import software.amazon.awssdk.services.glue.model.GetPartitionsRequest;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.PartitionValueList;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/** The calls to Glue for one table. A failure of each names the table and what Glue has said. */
final class GlueTable implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GlueTable.class);

  /** As Glue takes them in one call. */
  static final int MOST_CHANGED = 100;

  static final int MOST_DELETED = 25;
  private static final int MOST_LISTED = 1000;

  /** So often somebody else may be faster with the table itself. */
  private static final int MOST_TRIES = 10;

  private static final String EXISTS = "AlreadyExistsException";
  private static final String GONE = "EntityNotFoundException";

  private final GlueClient glue;
  private final GlueConfig config;
  private final String name;
  private final String what;

  /**
   * @param glue to be closed with this
   */
  GlueTable(GlueClient glue, GlueConfig config, String name) {
    this.glue = glue;
    this.config = config;
    this.name = name;
    this.what = "Glue's table " + config.database() + "." + name;
  }

  /** The table, for messages. */
  String what() {
    return what;
  }

  private interface Call<T> {
    T run() throws IOException;
  }

  private <T> T named(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (AbortedException e) {
      InterruptedIOException interrupted =
          new InterruptedIOException("interrupted while asking for " + what);
      interrupted.initCause(e);
      throw interrupted;
    } catch (SdkException e) {
      throw Failures.named(what, e);
    }
  }

  /**
   * The table as it is; empty where there is none.
   *
   * @throws UserException where there is no such database either
   */
  Optional<Table> read() throws IOException {
    return named(
        () -> {
          try {
            return Optional.of(
                glue.getTable(
                        request ->
                            request
                                .catalogId(config.catalogId())
                                .databaseName(config.database())
                                .name(name))
                    .table());
          } catch (EntityNotFoundException e) {
            requireDatabase();
            return Optional.empty();
          }
        });
  }

  private void requireDatabase() {
    try {
      glue.getDatabase(request -> request.catalogId(config.catalogId()).name(config.database()));
    } catch (EntityNotFoundException e) {
      throw new UserException(
          "--glueDatabase="
              + config.database()
              + ": Glue's catalog has no such database; make it (aws glue create-database"
              + " --database-input Name="
              + config.database()
              + "), or name another",
          e);
    }
  }

  /**
   * Makes the table, or brings its schema up to date. Each change is upon the version that was
   * read: where another job was faster, it is read again.
   *
   * @return its columns
   */
  List<Column> ensure(TableShape shape, FileLists lists) throws IOException {
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<Table> now = read();
      if (now.isEmpty()) {
        create(shape.input(name, lists));
        continue;
      }
      shape.requireOurs(what, now.get(), lists);
      Optional<TableInput> next = shape.merged(what, now.get(), lists);
      if (next.isEmpty()) {
        return now.get().storageDescriptor().columns();
      }
      update(now.get(), next.get());
    }
    throw new IOException(
        what + ": others were faster with each of " + MOST_TRIES + " changes; see who changes it");
  }

  private void create(TableInput input) throws IOException {
    try {
      glue.createTable(
          request ->
              request
                  .catalogId(config.catalogId())
                  .databaseName(config.database())
                  .tableInput(input));
      LOG.info("{} was made", what);
    } catch (AlreadyExistsException e) {
      LOG.debug("{} was made by another, or by a call whose answer was lost", what);
    } catch (SdkException e) {
      // Its answer may be what was lost.
      if (isInterrupted(e) || read().isEmpty()) {
        throw Failures.named(what, e);
      }
    }
  }

  private void update(Table now, TableInput input) throws IOException {
    try {
      glue.updateTable(
          request ->
              request
                  .catalogId(config.catalogId())
                  .databaseName(config.database())
                  .tableInput(input)
                  .versionId(now.versionId())
                  .skipArchive(true));
      LOG.info("the schema of {} was changed", what);
    } catch (ConcurrentModificationException | EntityNotFoundException e) {
      LOG.debug("{} was changed by another, or by a call whose answer was lost", what);
    } catch (SdkException e) {
      boolean isSame =
          isInterrupted(e)
              || read()
                  .filter(then -> then.storageDescriptor().equals(now.storageDescriptor()))
                  .isPresent();
      if (isSame) {
        throw Failures.named(what, e);
      }
    }
  }

  private static boolean isInterrupted(SdkException e) {
    return e instanceof AbortedException || Thread.currentThread().isInterrupted();
  }

  /** The dates of all partitions. */
  List<LocalDate> dates() throws IOException {
    List<LocalDate> dates = new ArrayList<>();
    @Nullable String token = null;
    do {
      String from = token;
      GetPartitionsResponse page =
          named(
              () ->
                  glue.getPartitions(
                      GetPartitionsRequest.builder()
                          .catalogId(config.catalogId())
                          .databaseName(config.database())
                          .tableName(name)
                          .excludeColumnSchema(true)
                          .maxResults(MOST_LISTED)
                          .nextToken(from)
                          .build()));
      for (Partition partition : page.partitions()) {
        Optional<LocalDate> date = date(partition);
        if (date.isEmpty()) {
          LOG.warn(
              "{} has a partition {} that is no date, and so not of the lake: drop it",
              what,
              partition.values());
        }
        date.ifPresent(dates::add);
      }
      token = page.nextToken();
    } while (token != null && !token.isEmpty());
    return dates;
  }

  private static Optional<LocalDate> date(Partition partition) {
    return partition.values().size() == 1
        ? PartFile.date(partition.values().get(0))
        : Optional.empty();
  }

  /** The partitions of some dates, as far as they are there. */
  Map<LocalDate, Partition> partitions(Collection<LocalDate> dates) throws IOException {
    Map<LocalDate, Partition> found = new TreeMap<>();
    List<PartitionValueList> all =
        dates.stream()
            .map(date -> PartitionValueList.builder().values(date.toString()).build())
            .toList();
    for (int from = 0; from < all.size(); from += MOST_LISTED) {
      List<PartitionValueList> left = all.subList(from, Math.min(from + MOST_LISTED, all.size()));
      while (!left.isEmpty()) {
        List<PartitionValueList> asked = left;
        BatchGetPartitionResponse answer =
            named(
                () ->
                    glue.batchGetPartition(
                        request ->
                            request
                                .catalogId(config.catalogId())
                                .databaseName(config.database())
                                .tableName(name)
                                .partitionsToGet(asked)));
        answer.partitions().forEach(one -> date(one).ifPresent(date -> found.put(date, one)));
        left = answer.unprocessedKeys();
        if (left.size() >= asked.size()) {
          throw new IOException(
              what + ": Glue answers for none of " + left.size() + " partitions; ask again");
        }
      }
    }
    return found;
  }

  /** What Glue says of a partition that it did not change. */
  private record Refused(List<String> values, ErrorDetail why) {}

  private interface Change {
    List<Refused> run();
  }

  /**
   * Changes partitions. Where the answer is lost they are looked at.
   *
   * @param expected the error of a partition that another was faster with: the caller looks again
   * @param isDone whether a partition, null where there is none, is as it is to be
   */
  private void change(
      String verb, String expected, Collection<LocalDate> dates, Done isDone, Change change)
      throws IOException {
    List<Refused> refused;
    try {
      refused = change.run();
    } catch (SdkException e) {
      if (!isInterrupted(e) && isDone(dates, isDone)) {
        LOG.debug("{}: an answer was lost, and all is done", what);
        return;
      }
      throw Failures.named(what + ": " + verb + " " + dates.size() + " partitions", e);
    }
    for (Refused one : refused) {
      if (!expected.equals(one.why().errorCode())) {
        throw new IOException(
            what
                + ": "
                + verb
                + " the partition "
                + String.join("/", one.values())
                + ": "
                + one.why().errorCode()
                + ": "
                + one.why().errorMessage());
      }
    }
  }

  /** Whether a partition is as it is to be. */
  private interface Done {
    boolean is(LocalDate date, Optional<Partition> now);
  }

  private boolean isDone(Collection<LocalDate> dates, Done isDone) throws IOException {
    Map<LocalDate, Partition> now = partitions(dates);
    return dates.stream().allMatch(date -> isDone.is(date, Optional.ofNullable(now.get(date))));
  }

  private static boolean isAs(PartitionInput input, Optional<Partition> now) {
    return now.isPresent()
        && now.get().parameters().equals(input.parameters())
        && TableShape.leads(now.get().storageDescriptor(), input.storageDescriptor().location());
  }

  /** Creates partitions; one that is there already stays as it is. */
  void create(Map<LocalDate, PartitionInput> inputs) throws IOException {
    for (List<LocalDate> dates : parts(inputs.keySet(), MOST_CHANGED)) {
      change(
          "creating",
          EXISTS,
          dates,
          (date, now) -> isAs(Objects.requireNonNull(inputs.get(date)), now),
          () ->
              glue
                  .batchCreatePartition(
                      request ->
                          request
                              .catalogId(config.catalogId())
                              .databaseName(config.database())
                              .tableName(name)
                              .partitionInputList(dates.stream().map(inputs::get).toList()))
                  .errors()
                  .stream()
                  .map(one -> new Refused(one.partitionValues(), one.errorDetail()))
                  .toList());
    }
  }

  /** Updates partitions; one that is not there is left so. */
  void update(Map<LocalDate, PartitionInput> inputs) throws IOException {
    for (List<LocalDate> dates : parts(inputs.keySet(), MOST_CHANGED)) {
      List<BatchUpdatePartitionRequestEntry> entries =
          dates.stream()
              .map(
                  date ->
                      BatchUpdatePartitionRequestEntry.builder()
                          .partitionValueList(date.toString())
                          .partitionInput(inputs.get(date))
                          .build())
              .toList();
      change(
          "updating",
          GONE,
          dates,
          (date, now) -> isAs(Objects.requireNonNull(inputs.get(date)), now),
          () ->
              glue
                  .batchUpdatePartition(
                      request ->
                          request
                              .catalogId(config.catalogId())
                              .databaseName(config.database())
                              .tableName(name)
                              .entries(entries))
                  .errors()
                  .stream()
                  .map(one -> new Refused(one.partitionValueList(), one.errorDetail()))
                  .toList());
    }
  }

  /** Deletes partitions; what they lead to stays. */
  void delete(Collection<LocalDate> gone) throws IOException {
    for (List<LocalDate> dates : parts(gone, MOST_DELETED)) {
      List<PartitionValueList> values =
          dates.stream()
              .map(date -> PartitionValueList.builder().values(date.toString()).build())
              .toList();
      change(
          "deleting",
          GONE,
          dates,
          (date, now) -> now.isEmpty(),
          () ->
              glue
                  .batchDeletePartition(
                      request ->
                          request
                              .catalogId(config.catalogId())
                              .databaseName(config.database())
                              .tableName(name)
                              .partitionsToDelete(values))
                  .errors()
                  .stream()
                  .map(one -> new Refused(one.partitionValues(), one.errorDetail()))
                  .toList());
    }
  }

  private static List<List<LocalDate>> parts(Collection<LocalDate> dates, int most) {
    List<LocalDate> all = List.copyOf(dates);
    List<List<LocalDate>> parts = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      parts.add(all.subList(from, Math.min(from + most, all.size())));
    }
    return parts;
  }

  @Override
  public void close() {
    glue.close();
  }
}
