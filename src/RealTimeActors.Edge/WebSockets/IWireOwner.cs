namespace RealTimeActors.Edge.WebSockets;

/// <summary>Whom a way out tells how it stands.</summary>
internal interface IWireOwner
{
    /// <summary>Bytes were refused and can be taken again.</summary>
    void OnWritable();

    /// <summary>The wire has failed: the peer is gone.</summary>
    void OnFailed();
}
