namespace RealTimeActors.Simulation.Workloads;

/// <summary>Makes the record of a publish once its request has a number.</summary>
internal delegate PublishRecord PublishRecordFactory(long request);
