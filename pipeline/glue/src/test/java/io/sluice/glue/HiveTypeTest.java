package io.sluice.glue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sluice.contract.ColumnType.Decimal;
import io.sluice.contract.ColumnType.Field;
import io.sluice.contract.ColumnType.ListOf;
import io.sluice.contract.ColumnType.MapOf;
import io.sluice.contract.ColumnType.Scalar;
import io.sluice.contract.ColumnType.StructOf;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Types as Hive spells them. */
class HiveTypeTest {
  private static Optional<String> merged(String now, String wanted) {
    return HiveType.merge(HiveType.parse(now), HiveType.parse(wanted)).map(Object::toString);
  }

  @Test
  void typesOfAContractAreSpelled() {
    HiveType type =
        HiveType.of(
            new ListOf(
                new StructOf(
                    List.of(
                        new Field("Id", Scalar.UUID, true),
                        new Field("price", new Decimal(5, 2), false),
                        new Field("tags", new MapOf(Scalar.TIME), false)))));
    assertEquals(
        "array<struct<id:binary,price:decimal(5,2),tags:map<string,bigint>>>", type.toString());
    assertEquals(type, HiveType.parse(type.toString()));
    assertEquals(
        type,
        HiveType.parse(" ARRAY<struct<id: binary,price:decimal(5, 2),tags:map<string,bigint>>>"));
  }

  @Test
  void fieldsAreAddedAndNothingIsTakenAway() {
    assertEquals(
        Optional.of("array<struct<a:int,b:string,c:date>>"),
        merged("array<struct<a:int,b:string>>", "array<struct<c:date,a:int>>"));
    assertEquals(
        Optional.of("map<string,struct<a:int,b:int>>"),
        merged("map<string,struct<a:int,b:int>>", "map<string,struct<a:int>>"));
    assertEquals(Optional.empty(), merged("struct<a:int>", "struct<a:bigint>"));
    assertEquals(Optional.empty(), merged("array<int>", "int"));
    assertEquals(Optional.empty(), merged("decimal(5,2)", "decimal(6,2)"));
  }

  @Test
  void whatIsNoTypeEqualsNone() {
    for (String text :
        List.of(
            "",
            "array<",
            "array<int",
            "struct<a>",
            "map<string>",
            "struct<:int>",
            "int>",
            "a".repeat(9))) {
      assertEquals(Optional.empty(), merged(text, "int"), text);
    }
    String deep = "array<".repeat(5000) + "int" + ">".repeat(5000);
    assertEquals(Optional.empty(), merged(deep, "int"));
  }

  @Test
  void fieldsThatDifferByCaseAloneAreFound() {
    assertEquals(
        Optional.of("id"),
        HiveType.of(
                new MapOf(
                    new StructOf(
                        List.of(
                            new Field("id", Scalar.INT32, true),
                            new Field("ID", Scalar.INT32, true)))))
            .twice());
  }
}
