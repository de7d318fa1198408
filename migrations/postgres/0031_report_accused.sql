-- Complaints about a community follow it: where it becomes one with another, or is divided, whoever works there then is complained about.

create index matter_accused on matter (accused_id) where accused_id is not null;

update matter set figured = -1, accused_id = (
    with recursive heir (id, far) as (
        select matter.accused_id, 0
        union all
        select s.to_node, heir.far + 1 from heir join node_succession s on s.from_node = heir.id and s.kind = 'merged' where heir.far < 20
    )
    select heir.id from heir order by heir.far desc limit 1
) where accused_id in (select from_node from node_succession where kind = 'merged');

-- With the change itself: between it and a job somebody would look. Of several parts it is the one in which the place lies by now.
create function matter_accused_follows() returns trigger language plpgsql as $$
begin
    update matter set accused_id = new.to_node, figured = -1 where accused_id = new.from_node and (new.kind = 'merged' or exists (
        select 1 from node n join node t on t.id = new.to_node where n.id = matter.node_id and substr(n.path, 1, length(t.path)) = t.path
    ));
    return null;
end $$;
create trigger matter_accused_follows after insert on node_succession for each row execute function matter_accused_follows();
