namespace RealTimeActors.Engine.Relays;

/// <summary>How an answer begins.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Fields">What is said of it besides.</param>
public sealed record RelayedHead(int Status, IReadOnlyList<RelayedField> Fields);
