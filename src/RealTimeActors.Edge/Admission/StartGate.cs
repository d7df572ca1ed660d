namespace RealTimeActors.Edge.Admission;

/// <summary>
/// Shut until the host has started: a web server listens a moment before it is known on which addresses, and whether that is allowed.
/// </summary>
public sealed class StartGate
{
    private volatile bool _isOpen;

    /// <summary>Whether requests may come.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>From now on they may.</summary>
    public void Open() => _isOpen = true;
}
