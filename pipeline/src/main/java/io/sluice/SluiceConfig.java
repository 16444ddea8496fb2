package io.sluice;

import io.sluice.contract.Choice;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser.Located;
import io.sluice.deadletter.DeadLetters;
import io.sluice.decode.DecodeSettings;
import io.sluice.decode.DecoderCheck;
import io.sluice.follow.FollowerKind;
import io.sluice.kafka.DeadLetterTopic;
import io.sluice.kafka.KafkaSettings;
import io.sluice.lake.RunStarts;
import io.sluice.lake.Stores;
import io.sluice.metrics.MetricsServer.Address;
import io.sluice.schema.SchemaSettings;
import io.sluice.source.Source;
import io.sluice.source.SourceKind;
import io.sluice.source.StartFrom;
import io.sluice.window.WindowTime;
import io.sluice.write.WriteSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a run, checked once. What is wrong with them is a {@link UserException} that names
 * the flag.
 *
 * @param inputs one at least, each with a table and a source of its own
 */
public record SluiceConfig(
    List<Input> inputs,
    StartFrom startFrom,
    Stores lake,
    Stores deadLetters,
    List<String> followers,
    @Nullable Integer shards,
    boolean reshard,
    WindowTime windows,
    WriteSettings write,
    @Nullable Duration manifestInterval,
    Duration watermarkDelay,
    DecodeSettings decoding,
    @Nullable Address metrics,
    @Nullable DeadLetterTopic deadLetterTopic) {

  private static final int MOST_SHARDS = 10_000;

  /**
   * A contract, and where its records come from.
   *
   * @param located the contract with its file
   */
  public record Input(Located located, Source source) {
    public Contract contract() {
      return located.contract();
    }
  }

  public SluiceConfig {
    inputs = List.copyOf(inputs);
  }

  /** The flags of a run that may begin tables. */
  public static SluiceConfig from(SluiceOptions options) {
    return from(options, new Families(options, Families.Who.BEGINS));
  }

  /**
   * The same of a run that goes on with the state of one before it: of a contract that stands for
   * several topics, those that have a table.
   */
  public static SluiceConfig goingOn(SluiceOptions options) {
    return from(options, new Families(options, Families.Who.GOES_ON));
  }

  /** The same of whoever looks at what runs have written, whatever became of its topics. */
  public static SluiceConfig ofTables(SluiceOptions options) {
    return from(options, new Families(options, Families.Who.LOOKS));
  }

  private static SluiceConfig from(SluiceOptions options, Families families) {
    List<Located> contracts =
        Contracts.read(options.getContract(), unrouted(options), options.getTable(), families);
    if (contracts.size() > 1 || !families.rules().isEmpty()) {
      requireForAll(options);
    }
    Duration windowSize =
        FlagValues.atLeast("windowSize", options.getWindowSize(), Duration.ofSeconds(1));
    Duration lateness = FlagValues.atLeast("lateness", options.getLateness(), Duration.ZERO);
    Integer shards = options.getShards();
    if (shards != null) {
      FlagValues.within("shards", shards, 1, MOST_SHARDS);
    }
    List<Input> inputs = new ArrayList<>();
    for (Located one : contracts) {
      Source source = SourceKind.find(one.contract(), options);
      // One of them says of all what else there is.
      inputs.add(
          new Input(
              one,
              inputs.isEmpty() ? source.watching(families.rules(), families.leftOut()) : source));
    }
    Contracts.requireOwnSources(
        contracts, inputs.stream().map(input -> input.source().name()).toList());
    Stores lake = LakeStores.lake(options);
    Stores deadLetters = LakeStores.deadLetters(options);
    DeadLetterTopic deadLetterTopic = deadLetterTopic(options);
    if (inputs.size() > 1 && deadLetterTopic != null) {
      deadLetterTopic.requireApart(inputs.stream().map(Input::source).toList());
    }
    for (Input input : inputs) {
      requireApart("deadLetters", deadLetters, lake, input.contract().table());
      requireApart("lake", lake, deadLetters, DeadLetters.table(input.contract()).name());
    }
    return new SluiceConfig(
        inputs,
        StartFrom.parse(options.getStartFrom()),
        lake,
        deadLetters,
        followers(options),
        shards,
        options.isReshard(),
        new WindowTime(windowSize, lateness),
        write(options),
        manifestInterval(options),
        FlagValues.atLeast("watermarkDelay", options.getWatermarkDelay(), Duration.ZERO),
        decoding(options),
        metrics(options),
        deadLetterTopic);
  }

  /** What is said of one source alone cannot be said of several. */
  private static void requireForAll(SluiceOptions options) {
    if (options.getTopic() != null) {
      throw ofOne("topic=" + options.getTopic());
    }
    if (options.getSourceId() != null) {
      throw ofOne("sourceId=" + options.getSourceId());
    }
    if (StartFrom.parse(options.getStartFrom()) instanceof StartFrom.Offsets) {
      throw ofOne("startFrom=" + options.getStartFrom());
    }
  }

  private static UserException ofOne(String flag) {
    return new UserException(
        "--"
            + flag
            + " is of one topic, and --contract is for several: leave it out, or start a run for"
            + " each");
  }

  /**
   * The contract, of whoever takes one alone.
   *
   * @throws UserException where there are several
   */
  public Contract contract() {
    return only().contract();
  }

  /** The same with its file; as {@link #contract}. */
  public Located located() {
    return only().located();
  }

  /** Its source; as {@link #contract}. */
  public Source source() {
    return only().source();
  }

  private Input only() {
    if (inputs.size() > 1) {
      throw severalWhereOneIsTaken(inputs.stream().map(Input::contract).toList());
    }
    return inputs.get(0);
  }

  private static UserException severalWhereOneIsTaken(List<Contract> contracts) {
    return new UserException(
        "--contract names contracts of "
            + contracts.size()
            + " tables ("
            + contracts.stream().map(Contract::table).collect(Collectors.joining(", "))
            + "), and this takes one: choose it with --table");
  }

  /**
   * Makes sure that records can be decoded by each contract, before anything is written.
   *
   * @throws UserException where they cannot, which names the contract's file
   */
  public void requireDecoders() {
    inputs.forEach(input -> DecoderCheck.require(input.located(), decoding));
  }

  /** The same for each contract alone, in their order. */
  public List<SluiceConfig> each() {
    return inputs.stream().map(input -> withInputs(List.of(input))).toList();
  }

  SluiceConfig withInputs(List<Input> inputs) {
    return new SluiceConfig(
        inputs,
        startFrom,
        lake,
        deadLetters,
        followers,
        shards,
        reshard,
        windows,
        write,
        manifestInterval,
        watermarkDelay,
        decoding,
        metrics,
        deadLetterTopic);
  }

  /** Query engines read all that is in a table's folder. */
  private static void requireApart(String flag, Stores inner, Stores outer, String table) {
    for (String folder : List.of(table, "_sluice")) {
      if (inner.isWithin(outer, folder)) {
        throw new UserException(
            "--"
                + flag
                + "="
                + inner.root()
                + " is within "
                + outer.root()
                + "/"
                + folder
                + ", where a table's own files are: name another place");
      }
    }
  }

  /** Where metrics are to be served; null for nowhere. */
  public static @Nullable Address metrics(SluiceOptions options) {
    String address = options.getMetricsAddress();
    return address == null ? null : Address.parse("--metricsAddress", address);
  }

  /** When files are written, and how. */
  public static WriteSettings write(SluiceOptions options) {
    return new WriteSettings(
        (long) FlagValues.within("fileMebibytes", options.getFileMebibytes(), 1, 1024) << 20,
        FlagValues.atLeast("fileInterval", options.getFileInterval(), Duration.ZERO),
        FlagValues.within("zstdLevel", options.getZstdLevel(), 1, 22));
  }

  /** How long a date that grows waits for its next manifest; null for until its end. */
  private static @Nullable Duration manifestInterval(SluiceOptions options) {
    String text = options.getManifestInterval();
    return text.equals(FlagValues.NONE)
        ? null
        : FlagValues.atLeast("manifestInterval", text, Duration.ofSeconds(1));
  }

  /** How long this run may keep a row before it is in a file. */
  public RunStarts.Timing timing() {
    return new RunStarts.Timing(windows.size(), write.fileInterval(), watermarkDelay);
  }

  /** By what records are decoded. */
  public static DecodeSettings decoding(SluiceOptions options) {
    return new DecodeSettings(
        FlagValues.limit("maxFuture", options.getMaxFuture()),
        FlagValues.limit("maxAge", options.getMaxAge()),
        FlagValues.within("maxDecoderFailures", options.getMaxDecoderFailures(), 1, 100),
        SchemaSettings.of(options));
  }

  private static Choice.Unrouted unrouted(SluiceOptions options) {
    return switch (options.getUnrouted()) {
      case "dead_letter" -> Choice.Unrouted.DEAD_LETTER;
      case "skip" -> Choice.Unrouted.SKIP;
      default ->
          throw new UserException(
              "--unrouted is dead_letter or skip, not '" + options.getUnrouted() + "'");
    };
  }

  /** The contracts of {@code --contract}, or that of user actions. */
  public static List<Contract> contracts(SluiceOptions options) {
    return named(options).stream().map(Located::contract).toList();
  }

  private static List<Located> named(SluiceOptions options) {
    return Contracts.read(
        options.getContract(),
        unrouted(options),
        options.getTable(),
        new Families(options, Families.Who.LOOKS));
  }

  /**
   * The contract of {@code --contract}, or that of user actions.
   *
   * @throws UserException where it names several
   */
  public static Contract contract(SluiceOptions options) {
    return located(options).contract();
  }

  /** The same with its file; as {@link #contract(SluiceOptions)}. */
  public static Located located(SluiceOptions options) {
    List<Located> contracts = named(options);
    if (contracts.size() > 1) {
      throw severalWhereOneIsTaken(contracts.stream().map(Located::contract).toList());
    }
    return contracts.get(0);
  }

  /**
   * The names of what follows the tables.
   *
   * @throws UserException where one is no follower's, or lacks a flag of its own
   */
  public static List<String> followers(SluiceOptions options) {
    if (options.getPublish() == null) {
      return List.of();
    }
    List<String> names = FollowerKind.names(options.getPublish());
    names.forEach(name -> FollowerKind.named("publish", name).check(options));
    return names;
  }

  public boolean hasDeadLetterTopic() {
    return deadLetterTopic != null;
  }

  /**
   * Makes sure that dead letters can go to the topic that is to have them, where one is.
   *
   * @return what was found out; empty where no such topic is named
   * @throws UserException where it is not there, may not be written, or is one that is read
   */
  public String checkDeadLetterTopic() {
    return deadLetterTopic == null
        ? ""
        : deadLetterTopic.check(inputs.stream().map(Input::source).toList());
  }

  private static @Nullable DeadLetterTopic deadLetterTopic(SluiceOptions options) {
    return options.getDeadLetterTopic() == null
        ? null
        : new DeadLetterTopic(KafkaSettings.of(options), options.getDeadLetterTopic());
  }
}
