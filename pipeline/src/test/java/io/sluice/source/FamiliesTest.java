package io.sluice.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.sluice.SluiceConfig;
import io.sluice.SluiceFlags;
import io.sluice.SluiceOptions;
import io.sluice.SluicePipeline;
import io.sluice.TopicsWithoutTable;
import io.sluice.UserException;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What becomes of a contract that stands for each source of which the name fits a rule. */
class FamiliesTest {
  private static final String REST =
      "event_time: at\ncolumns:\n  - {name: at, type: timestamp, required: true}\n";

  @TempDir Path directory;
  private Path family;
  private final List<ListSource> made = new ArrayList<>();

  @BeforeEach
  void make() throws Exception {
    family = contract("family.yaml", "t_{topic}", "shop.*");
    lists("shop.Orders");
    lists("shop.clicks");
    lists("web.clicks");
  }

  @AfterEach
  void delete() {
    made.forEach(ListSource::delete);
  }

  private ListSource lists(String name) {
    ListSource lists = new ListSource(name);
    lists.create(1);
    made.add(lists);
    return lists;
  }

  private Path contract(String file, String table, String lists) throws Exception {
    return Files.writeString(directory.resolve(file), yaml(table, lists));
  }

  private static String yaml(String table, String lists) {
    return "table: \"%s\"\nsource: {name: lists, of: \"%s\"}\n".formatted(table, lists) + REST;
  }

  private SluiceOptions options(String... more) {
    List<String> flags = new ArrayList<>(List.of(more));
    flags.add("--lake=" + directory.resolve("lake"));
    flags.add("--deadLetters=" + directory.resolve("lake"));
    return SluiceFlags.read(flags);
  }

  /** With what says where sources are. */
  private SluiceOptions asked(Path... contracts) {
    List<String> flags = new ArrayList<>(List.of("--bootstrapServers=here:1"));
    List.of(contracts).forEach(contract -> flags.add("--contract=" + contract));
    return options(flags.toArray(String[]::new));
  }

  private static List<String> tables(SluiceConfig config) {
    return config.inputs().stream()
        .map(input -> input.contract().table() + " of " + input.source().name())
        .toList();
  }

  private void begin(SluiceOptions options) throws Exception {
    SluicePipeline.open(SluiceConfig.from(options), options).build(Pipeline.create(options));
  }

  private static String refused(
      Function<SluiceOptions, SluiceConfig> config, SluiceOptions options) {
    String message = assertThrows(UserException.class, () -> config.apply(options)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void eachOfThemIsWhatAContractForItAloneWouldBe() {
    SluiceConfig config = SluiceConfig.from(asked(family));
    assertEquals(
        List.of("t_shop_orders of shop.Orders", "t_shop_clicks of shop.clicks"), tables(config));
    Contract alone = ContractParser.parse(yaml("t_shop_clicks", "shop.clicks"), "alone.yaml");
    assertEquals(alone, config.inputs().get(1).contract());
  }

  @Test
  void oneThatHasAContractOfItsOwnIsNotOfTheFamily() throws Exception {
    Path own = contract("own.yaml", "own", "shop.clicks");
    assertEquals(
        List.of("t_shop_orders of shop.Orders", "own of shop.clicks"),
        tables(SluiceConfig.from(asked(family, own))));
  }

  @Test
  void whoeverLooksAtTheLakeFindsWhatHasATableAndAsksNoSource() throws Exception {
    SluiceOptions here = options("--contract=" + family, "--bootstrapServers=here:1");
    assertEquals(
        "there is no table to work on for "
            + family
            + ": the lake has no table of a topic that fits shop.*: start a run first, or look at"
            + " --lake",
        refused(SluiceConfig::ofTables, here));
    begin(asked(family));
    lists("shop.late");
    // A table of the same name from elsewhere is none of the family.
    begin(asked(contract("other.yaml", "t_shop_other", "web.clicks")));
    List<String> both = List.of("t_shop_orders of shop.Orders", "t_shop_clicks of shop.clicks");
    assertEquals(both, tables(SluiceConfig.ofTables(asked(family))));
    assertEquals(
        List.of("t_shop_orders", "t_shop_clicks"),
        SluiceConfig.contracts(options("--contract=" + family)).stream()
            .map(Contract::table)
            .toList());
    assertEquals(
        "t_shop_clicks",
        SluiceConfig.contract(options("--contract=" + family, "--table=t_shop_clicks")).table());
    // What is gone, or not to be seen, is judged all the same: an audit says that it cannot be.
    new ListSource("shop.Orders").delete();
    assertEquals(both, tables(SluiceConfig.ofTables(asked(family))));
  }

  @Test
  void aRunReadsWhatIsThereAndOneWithStateOfThatWhatHasATable() throws Exception {
    begin(asked(family));
    lists("shop.late");
    assertEquals(
        List.of("t_shop_orders of shop.Orders", "t_shop_clicks of shop.clicks"),
        tables(SluiceConfig.goingOn(asked(family))));
    new ListSource("shop.Orders").delete();
    assertEquals(
        List.of("t_shop_clicks of shop.clicks"), tables(SluiceConfig.goingOn(asked(family))));
    assertEquals(
        List.of("t_shop_clicks of shop.clicks", "t_shop_late of shop.late"),
        tables(SluiceConfig.from(asked(family))));
  }

  @Test
  void aTopicThatIsCreatedNeverStopsAStartOfWhatHasTables() throws Exception {
    Path wide = contract("wide.yaml", "{topic}", "s*");
    begin(asked(wide));
    lists("shop-clicks");
    lists("shop.clicks-dead-letters");
    List<String> before = List.of("shop_orders of shop.Orders", "shop_clicks of shop.clicks");
    SluiceConfig config = SluiceConfig.from(asked(wide));
    assertEquals(before, tables(config));
    Set<String> leftOut = Set.of("shop-clicks", "shop.clicks-dead-letters");
    assertEquals(leftOut, ((ListSource) config.inputs().get(0).source()).leftOut());
    // A run with state says the same of them: no other start would read them either.
    assertEquals(
        leftOut,
        ((ListSource) SluiceConfig.goingOn(asked(wide)).inputs().get(0).source()).leftOut());
    Path own = contract("own.yaml", "shop_new", "web.clicks");
    lists("shop.new");
    assertEquals(
        List.of(before.get(0), before.get(1), "shop_new of web.clicks"),
        tables(SluiceConfig.from(asked(wide, own))));
  }

  @Test
  void whatHasATableKeepsItThoughANewNameOfAnotherFamilyComesToIt() throws Exception {
    lists("Old");
    Path others = contract("others.yaml", "t_shop_{topic}", "O*");
    begin(asked(others, family));
    lists("Orders");
    assertEquals(
        List.of(
            "t_shop_old of Old", "t_shop_orders of shop.Orders", "t_shop_clicks of shop.clicks"),
        tables(SluiceConfig.from(asked(others, family))));
  }

  @Test
  void theTableOfATopicThatIsGoneIsNoOthers() throws Exception {
    Path wide = contract("wide.yaml", "{topic}", "shop*");
    begin(asked(wide));
    new ListSource("shop.clicks").delete();
    lists("shop-clicks");
    assertEquals(List.of("shop_orders of shop.Orders"), tables(SluiceConfig.from(asked(wide))));
  }

  @Test
  void aTableThatLeftTheFamilyIsNotCalledGone() throws Exception {
    begin(asked(family));
    Path own = contract("own.yaml", "own", "shop.clicks");
    Logger logger = (Logger) LoggerFactory.getLogger("io.sluice.Families");
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(said);
    try {
      SluiceConfig.from(asked(family, own));
      assertEquals(List.of(), said.list);
      new ListSource("shop.Orders").delete();
      SluiceConfig.from(asked(family, own));
      assertTrue(
          said.list.get(0).getFormattedMessage().startsWith("topic shop.Orders of contract "),
          said.list.toString());
    } finally {
      logger.detachAppender(said);
      logger.setLevel(null);
    }
  }

  @Test
  void whatAForeignTableRecordedIsNotReadFurtherThanItsSource() throws Exception {
    begin(asked(family));
    Path foreign = directory.resolve("lake/_sluice/t_shop_new/contracts/1.json");
    Files.createDirectories(foreign.getParent());
    Files.writeString(
        foreign,
        "{\"table\":\"t_shop_new\",\"source\":{\"name\":\"of a jar that is not here\"},\"new\":1}");
    Path newer = directory.resolve("lake/_sluice/t_shop_newer/contracts/1.json");
    Files.createDirectories(newer.getParent());
    Files.writeString(
        newer,
        "{\"table\":\"t_shop_newer\",\"source\":{\"name\":\"lists\",\"of\":\"shop.newer\",\"order\":\"as_sent\"},\"format\":\"of a jar\"}");
    assertEquals(
        List.of("t_shop_orders", "t_shop_clicks", "t_shop_newer"),
        SluiceConfig.ofTables(asked(family)).inputs().stream()
            .map(input -> input.contract().table())
            .toList());
  }

  /** Whoever looks at the lake has no table of it, which is no fault of the lake. */
  @Test
  void whatFitsAndHasNoTableIsNoted() throws Exception {
    begin(asked(family));
    SluiceOptions asked = asked(family);
    List<Contract> tables = SluiceConfig.contracts(asked);
    TopicsWithoutTable none = TopicsWithoutTable.look(asked, tables).orElseThrow();
    assertEquals(List.of(), none.topics());
    assertTrue(none.note().isEmpty());
    lists("shop.late");
    TopicsWithoutTable late = TopicsWithoutTable.look(asked, tables).orElseThrow();
    assertEquals(List.of("shop.late"), late.topics());
    assertEquals(
        "1 topic fits shop.* and has no table: shop.late; a start without state, with"
            + " --startFrom=lake, begins it, or says why it cannot",
        late.note().orElseThrow());
    Path web = contract("web.yaml", "web", "web.clicks");
    assertTrue(TopicsWithoutTable.look(asked(web), List.of()).isEmpty());
  }

  @Test
  void aFamilyOfNoneHoldsUpNoOther() throws Exception {
    Path none = contract("none.yaml", "none_{topic}", "none.*");
    Path web = contract("web.yaml", "web", "web.clicks");
    assertEquals(List.of("web of web.clicks"), tables(SluiceConfig.from(asked(none, web))));
    assertEquals(
        "there is no table to work on for "
            + none
            + ": no topic fits none.*: create one, or write another topic",
        refused(SluiceConfig::from, asked(none)));
  }

  @Test
  void whatCannotBeToldApartIsRefused() throws Exception {
    lists("shop-clicks");
    Path wide = contract("wide.yaml", "{topic}", "shop*");
    assertEquals(
        "topics shop-clicks and shop.clicks of contract "
            + wide
            + " both come to the table shop_clicks: write a pattern that fits one of them alone, or"
            + " give one a contract of its own",
        refused(SluiceConfig::from, asked(wide)));
    lists("1st");
    Path digit = contract("digit.yaml", "{topic}", "1*");
    assertEquals(
        "contract "
            + digit
            + ": 1st, which fits 1*, gives the table '1st', which does not begin with a letter:"
            + " write table: t_{topic}",
        refused(SluiceConfig::from, asked(digit)));
    assertTrue(
        refused(SluiceConfig::from, asked(family, contract("again.yaml", "u_{topic}", "shop.c*")))
            .contains("both read the topic shop.clicks"));
    assertTrue(
        refused(
                SluiceConfig::from,
                options("--bootstrapServers=here:1", "--contract=" + family, "--topic=x"))
            .startsWith("--topic=x is of one topic"));
  }
}
