namespace RealTimeActors.Sharding;

/// <summary>Faults that the simulation plants on purpose in the way of shards from node to node. Each is one line at the place it names; no configuration reaches it.</summary>
internal enum PlantedShardBug
{
    None,
    LeaseNotGivenUp,
    HandOffUnsettled,
    RememberedNotStarted,
    DeathIgnored,
    StandInsKept,
    LinkLosesOne,
    HeldDropped,
}
