namespace RealTimeActors.Protocol.Frames;

/// <summary>When a publish is answered.</summary>
public enum Confirm : byte
{
    /// <summary>Never.</summary>
    None,

    /// <summary>When it is in the owner's mailbox; it may be lost.</summary>
    Accepted,

    /// <summary>When it is on disk.</summary>
    Persisted,

    /// <summary>When the online sessions, or as many as asked for, have acked it.</summary>
    Delivered,
}
