namespace RealTimeActors.Hosting.Tests.Events;

public sealed record GrantMoved(string Id, string To) : GrantEvent(Id);
