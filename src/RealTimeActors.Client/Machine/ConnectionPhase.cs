namespace RealTimeActors.Client.Machine;

/// <summary>What the machine is waiting for.</summary>
internal enum ConnectionPhase
{
    /// <summary>To be started.</summary>
    Idle,

    /// <summary>First of five: for a token.</summary>
    ObtainingToken,

    /// <summary>Second of five: for the transport.</summary>
    Opening,

    /// <summary>Third of five: hello was sent, for the welcome.</summary>
    Greeting,

    /// <summary>Fourth of five: for frames.</summary>
    Welcomed,

    /// <summary>Fifth of five: bye was sent, for the close.</summary>
    Leaving,

    /// <summary>Between two attempts, for the end of the pause.</summary>
    Pausing,

    /// <summary>For nothing any more.</summary>
    Ended,
}
