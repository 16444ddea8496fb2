package io.sluice.iceberg;

import io.sluice.FileFaults;
import io.sluice.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Which catalog, and how tables are named there: a properties file with the names that Iceberg has
 * for these settings, and three of ours. What it says of credentials is in no message.
 *
 * @param file as the flag has it
 */
record IcebergConfig(
    String file, Map<String, String> catalog, String name, Namespace namespace, String table) {
  private static final String OURS = "sluice.";
  private static final String NAME = "sluice.catalog";
  private static final String NAMESPACE = "sluice.namespace";
  private static final String TABLE = "sluice.table";
  private static final String PLACE = "{table}";

  /** The names that Iceberg has for its catalogs; hadoop is another that it has, and is refused. */
  private static final List<String> TYPES =
      List.of(
          CatalogUtil.ICEBERG_CATALOG_TYPE_REST,
          CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC,
          CatalogUtil.ICEBERG_CATALOG_TYPE_GLUE,
          CatalogUtil.ICEBERG_CATALOG_TYPE_HIVE,
          CatalogUtil.ICEBERG_CATALOG_TYPE_NESSIE,
          CatalogUtil.ICEBERG_CATALOG_TYPE_BIGQUERY);

  private static final Pattern PASSWORD =
      Pattern.compile("(\\w*(password|pwd))\\s*=", Pattern.CASE_INSENSITIVE);

  /** USER:PASSWORD@ before a host, and Oracle's USER/PASSWORD@. */
  private static final Pattern USER_INFO =
      Pattern.compile("//[^/?]*:[^/?]*@|^jdbc:oracle:[^@?]*/[^@?]*@", Pattern.CASE_INSENSITIVE);

  /** What a request may take that Iceberg's client would wait for without end. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "rest.client.connection-timeout-ms", "10000",
          "rest.client.socket-timeout-ms", "60000");

  IcebergConfig {
    catalog = Map.copyOf(catalog);
  }

  /**
   * Reads a file.
   *
   * @throws UserException where it cannot be read, lacks what a catalog needs, has a key of ours
   *     that there is not, or a password where drivers print it
   */
  static IcebergConfig read(String file) {
    Map<String, String> all = new TreeMap<>();
    Properties properties = properties(file);
    for (String key : properties.stringPropertyNames()) {
      all.put(key, properties.getProperty(key).strip());
    }
    Map<String, String> catalog = new TreeMap<>(all);
    catalog.keySet().removeIf(key -> key.startsWith(OURS));
    for (String key : all.keySet()) {
      if (key.startsWith(OURS) && !List.of(NAME, NAMESPACE, TABLE).contains(key)) {
        throw fault(
            file, key, "is no setting; there are " + NAME + ", " + NAMESPACE + ", " + TABLE);
      }
      if (all.getOrDefault(key, "").isEmpty()) {
        throw fault(file, key, "has no value: write one, or take the line out");
      }
    }
    refusePassword(file, all);
    String type = type(file, all);
    if (type != null) {
      check(file, type, all);
    }
    String pattern = all.getOrDefault(TABLE, PLACE);
    if (!pattern.contains(PLACE)) {
      throw fault(
          file,
          TABLE,
          "has no "
              + PLACE
              + " in it, which stands for the lake's table: two tables, as rows and dead letters,"
              + " would have one name");
    }
    String namespace = all.get(NAMESPACE);
    if (namespace == null) {
      throw fault(
          file,
          NAMESPACE,
          "is missing: name the namespace (database) of the tables, such as "
              + NAMESPACE
              + "=lake");
    }
    String[] levels = namespace.split("\\.", -1);
    if (List.of(levels).contains("")) {
      throw fault(file, NAMESPACE, "is no name, or names with a dot between them");
    }
    return new IcebergConfig(
        file, catalog, all.getOrDefault(NAME, "sluice"), Namespace.of(levels), pattern);
  }

  /** Drivers, and the library's own pool of connections, have the whole address in messages. */
  private static void refusePassword(String file, Map<String, String> all) {
    String uri = all.getOrDefault(CatalogProperties.URI, "");
    Matcher password = PASSWORD.matcher(uri);
    if (password.find()) {
      throw fault(
          file,
          CatalogProperties.URI,
          "has "
              + password.group(1)
              + "= in it, and addresses are in messages: take it out, and write it as jdbc."
              + password.group(1));
    }
    if (USER_INFO.matcher(uri).find()) {
      throw fault(
          file,
          CatalogProperties.URI,
          "has a user and a password in it, and addresses are in messages: take them out, and write"
              + " them as jdbc.user and jdbc.password, or as credential of a REST catalog");
    }
  }

  private static @Nullable String type(String file, Map<String, String> all) {
    String type = all.get(CatalogUtil.ICEBERG_CATALOG_TYPE);
    String impl = all.get(CatalogProperties.CATALOG_IMPL);
    if (type == null && impl == null) {
      throw fault(
          file,
          "type",
          "is missing: write type=rest, jdbc, glue, hive or another that Iceberg knows, or"
              + " catalog-impl with a class");
    }
    if (type != null && impl != null) {
      throw fault(file, "type", "is there beside catalog-impl: take one of the two out");
    }
    return type == null ? null : type.toLowerCase(Locale.ROOT);
  }

  private static void check(String file, String type, Map<String, String> all) {
    boolean needsUri = type.equals("rest") || type.equals("jdbc");
    if (needsUri && all.get(CatalogProperties.URI) == null) {
      throw fault(
          file,
          "uri",
          "is missing, and type="
              + type
              + " needs it: write "
              + (type.equals("rest") ? "uri=https://HOST/PATH" : "uri=jdbc:postgresql://HOST/DB"));
    }
    if (type.equals("jdbc") && all.get(CatalogProperties.WAREHOUSE_LOCATION) == null) {
      throw fault(
          file,
          "warehouse",
          "is missing, and type="
              + type
              + " needs it: the place for metadata of tables, such as warehouse=s3://bucket/iceberg");
    }
    if (type.equals("hadoop")) {
      throw fault(
          file,
          "type",
          "is hadoop, a catalog of folders that loses commits on object stores and wants Hadoop's"
              + " libraries: use type=rest, jdbc or glue");
    }
    if (!TYPES.contains(type)) {
      throw fault(
          file,
          "type",
          "is "
              + type
              + ", which is no catalog of Iceberg's; there are "
              + String.join(", ", TYPES)
              + "; for another one write catalog-impl with its class");
    }
  }

  private static UserException fault(String file, String key, String what) {
    return new UserException("--icebergConfig " + file + ": " + key + " " + what);
  }

  private static Properties properties(String file) {
    Properties properties = new Properties();
    String why;
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      properties.load(in);
      return properties;
    } catch (IOException e) {
      why = FileFaults.why(e);
    } catch (IllegalArgumentException e) {
      // The message may have a part of a value in it.
      why = "a \\u in it is no character, or its name is no path";
    }
    throw new UserException(
        "--icebergConfig " + file + ": cannot be read: " + why + "; name a Java properties file");
  }

  /** What the table of a lake's is called. */
  TableIdentifier identifier(String lakeTable) {
    return TableIdentifier.of(namespace, table.replace(PLACE, lakeTable));
  }

  /**
   * Opens the catalog.
   *
   * @param more settings for what the file does not say
   * @throws UserException where its class is not there, or does not take the settings
   */
  Catalog open(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(DEFAULTS);
    settings.putAll(more);
    String warehouse = catalog.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "");
    settings.put(
        CatalogProperties.FILE_IO_IMPL,
        warehouse.startsWith("/") || warehouse.startsWith("file:")
            ? LocalFileIO.class.getName()
            : "org.apache.iceberg.io.ResolvingFileIO");
    settings.putAll(catalog);
    try {
      return CatalogUtil.buildIcebergCatalog(name, settings, new Configuration());
    } catch (IllegalArgumentException
        | NullPointerException
        | UnsupportedOperationException
        | LinkageError e) {
      throw new UserException(
          "--icebergConfig "
              + file
              + ": "
              + (catalog.containsKey(CatalogProperties.CATALOG_IMPL) ? "catalog-impl" : "type")
              + " gives no catalog: "
              + (e instanceof LinkageError ? e.getClass().getSimpleName() + ": " : "")
              + Failures.why(e)
              + "; see the names of Iceberg's settings, and put the jars of the catalog, and of its"
              + " database's driver, on the class path",
          e);
    }
  }
}
