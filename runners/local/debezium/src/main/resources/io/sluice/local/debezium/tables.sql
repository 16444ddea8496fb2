-- All of it in one transaction. The table lets in names that the contract does not.
create table user_actions (
  id bigint primary key,
  updated_at timestamptz not null,
  event_name text,
  user_id text not null,
  platform text,
  product_name text,
  sku text);
-- So that a delete says what it deleted.
alter table user_actions replica identity full;

-- How many changes were made: counted in the transaction that makes them.
create schema demo;
create table demo.made (inserted bigint not null, updated bigint not null, deleted bigint not null);
insert into demo.made values (0, 0, 0);

create publication sluice_demo for table user_actions;
