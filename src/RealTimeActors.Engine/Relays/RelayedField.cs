namespace RealTimeActors.Engine.Relays;

/// <summary>A header of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it says.</param>
public sealed record RelayedField(string Name, string Value);
