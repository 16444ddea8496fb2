package io.sluice.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.contract.Column;
import io.sluice.contract.ColumnType;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.Contract;
import io.sluice.contract.ContractParser;
import io.sluice.contract.Table;
import io.sluice.deadletter.DeadLetters;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;

/**
 * The columns that Terraform's module {@code catalog} makes of a contract are those of the Parquet
 * files. Both sides are held against the same lists: this test by the schemas that the pipeline
 * writes, {@code catalog.tftest.hcl} by the tables that Terraform plans.
 */
class CatalogColumnsTest {
  private static final Path CATALOG = Path.of("../terraform/modules/catalog/tests");

  @Test
  void theDefaultContractsColumnsAreThoseOfTheFiles() throws Exception {
    assertColumns("user-actions.columns.json", ContractParser.userActions());
  }

  @Test
  void everyTypesColumnsAreThoseOfTheFiles() throws Exception {
    assertColumns(
        "every-type.columns.json", ContractParser.read(CATALOG.resolve("every-type.yaml")));
  }

  /** A type that a contract learns fails here, until Terraform has learnt it too. */
  @Test
  void everyTypeIsInTheListThatTerraformIsHeldAgainst() {
    Set<Object> kinds = new HashSet<>();
    Contract contract = ContractParser.read(CATALOG.resolve("every-type.yaml"));
    for (Column column : contract.columns()) {
      addKinds(column.type(), kinds);
    }
    Set<Object> all = new HashSet<>(EnumSet.allOf(Scalar.class));
    for (Class<?> kind : ColumnType.class.getPermittedSubclasses()) {
      if (kind != Scalar.class) {
        all.add(kind);
      }
    }
    assertEquals(all, kinds);
    assertTrue(contract.positionColumns());
  }

  private static void addKinds(ColumnType type, Set<Object> kinds) {
    kinds.add(type instanceof Scalar ? type : type.getClass());
    if (type instanceof ColumnType.ListOf list) {
      addKinds(list.element(), kinds);
    } else if (type instanceof ColumnType.MapOf map) {
      addKinds(map.value(), kinds);
    } else if (type instanceof ColumnType.StructOf struct) {
      struct.fields().forEach(field -> addKinds(field.type(), kinds));
    }
  }

  private static void assertColumns(String file, Contract contract) throws Exception {
    String expected =
        "{\n  \"dead_letters\": "
            + columns(DeadLetters.table(contract))
            + ",\n  \"events\": "
            + columns(contract.lakeTable())
            + "\n}\n";
    assertEquals(expected, Files.readString(CATALOG.resolve(file)), file);
  }

  private static String columns(Table table) {
    return ParquetSchemas.of(table).getFields().stream()
        .map(
            field ->
                "    { \"name\": \"%s\", \"type\": \"%s\" }".formatted(name(field), glue(field)))
        .collect(Collectors.joining(",\n", "[\n", "\n  ]"));
  }

  /** Query engines fold names. */
  private static String name(Type field) {
    return field.getName().toLowerCase(Locale.ROOT);
  }

  /** How Hive's types, which are Glue's, name what a Parquet file has. */
  private static String glue(Type field) {
    LogicalTypeAnnotation annotation = field.getLogicalTypeAnnotation();
    if (!field.isPrimitive()) {
      GroupType group = field.asGroupType();
      if (annotation instanceof ListLogicalTypeAnnotation) {
        Type element = group.getType(0).asGroupType().getType(0);
        return "array<" + glue(element) + ">";
      }
      if (annotation instanceof MapLogicalTypeAnnotation) {
        return "map<string," + glue(group.getType(0).asGroupType().getType(1)) + ">";
      }
      return group.getFields().stream()
          .map(member -> name(member) + ":" + glue(member))
          .collect(Collectors.joining(",", "struct<", ">"));
    }
    PrimitiveType.PrimitiveTypeName primitive = field.asPrimitiveType().getPrimitiveTypeName();
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return "decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      assertTrue(timestamp.isAdjustedToUTC(), field.getName());
      return "timestamp";
    }
    if (annotation instanceof TimeLogicalTypeAnnotation) {
      return "bigint";
    }
    if (annotation instanceof UUIDLogicalTypeAnnotation) {
      return "binary";
    }
    if (annotation instanceof StringLogicalTypeAnnotation
        || annotation instanceof JsonLogicalTypeAnnotation) {
      return "string";
    }
    if (annotation instanceof DateLogicalTypeAnnotation) {
      return "date";
    }
    if (annotation != null) {
      throw new AssertionError("no type of Glue is known for " + field);
    }
    return switch (primitive) {
      case BINARY -> "binary";
      case BOOLEAN -> "boolean";
      case INT32 -> "int";
      case INT64 -> "bigint";
      case FLOAT -> "float";
      case DOUBLE -> "double";
      case INT96, FIXED_LEN_BYTE_ARRAY ->
          throw new AssertionError("no type of Glue is known for " + field);
    };
  }
}
