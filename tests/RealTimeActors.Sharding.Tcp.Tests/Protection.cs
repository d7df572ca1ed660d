namespace RealTimeActors.Sharding.Tcp.Tests;

/// <summary>How nodes know each other.</summary>
public enum Protection
{
    None,
    Secret,
    TlsAndSecret,
    CheckedTlsAndSecret,
    TlsOnBothSides,
}
