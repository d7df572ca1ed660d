namespace RealTimeActors.EndToEnd.Tests.Presence;

/// <summary>What somebody shows of himself.</summary>
internal sealed record Person(string Name);
