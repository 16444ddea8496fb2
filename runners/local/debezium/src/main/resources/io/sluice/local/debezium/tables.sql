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

create schema demo;

-- Rows that the contract takes.
create function demo.accepts(event_name text) returns boolean immutable language sql
  as 'select event_name is not null and length(event_name) < 1000000';

-- How many changes were made, whoever makes them: counted in the transaction that makes them.
create table demo.made (kind text not null, n bigint not null);

create function demo.count() returns trigger language plpgsql as $$
begin
  insert into demo.made select tg_op, count(*) from changed having count(*) > 0;
  return null;
end $$;

create trigger count_inserts after insert on user_actions
  referencing new table as changed for each statement execute function demo.count();
create trigger count_updates after update on user_actions
  referencing new table as changed for each statement execute function demo.count();
create trigger count_deletes after delete on user_actions
  referencing old table as changed for each statement execute function demo.count();

-- Times whose dates have ended, for the demo would wait for the end of any other.
create function demo.ended(moment timestamptz) returns boolean stable language sql
  as $$select moment >= '1970-01-01 00:00Z'
    and (moment at time zone 'UTC')::date < (now() at time zone 'UTC' - interval '61 minutes')::date$$;

create function demo.latest() returns timestamptz stable language sql
  as 'select max(updated_at) from public.user_actions';

alter table user_actions alter updated_at set default demo.latest();

-- Changes that the lake cannot have one for one, or not now. Not by WHEN, which is planned anew for
-- each statement.
create function demo.guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'TRUNCATE'
      or tg_op <> 'INSERT' and not demo.accepts(old.event_name)
      or tg_op = 'UPDATE' and (old.id <> new.id or not demo.accepts(new.event_name))
      or tg_op <> 'DELETE' and not demo.ended(new.updated_at) then
    raise exception 'the demo keeps ids and broken rows as they are, has dates that have ended, and does not truncate'
      using hint = 'change rows by: where demo.accepts(event_name); leave updated_at out';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger guard_row before insert or update or delete on user_actions
  for each row execute function demo.guard();
create trigger guard_table before truncate on user_actions
  for each statement execute function demo.guard();

create publication sluice_demo for table user_actions;
