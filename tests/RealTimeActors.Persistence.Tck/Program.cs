using RealTimeActors.Persistence.Tck.Sqlite;

// Not for the test runner: a process that appends until it is killed.
return args switch
{
    ["append-until-killed", var directory] => AppendUntilKilled.Run(directory),
    _ => 2,
};
