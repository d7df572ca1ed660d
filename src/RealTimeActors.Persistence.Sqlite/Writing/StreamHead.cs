namespace RealTimeActors.Persistence.Sqlite.Writing;

/// <summary>Where a stream ends, as the writer sees it, uncommitted writes of its group included.</summary>
internal sealed class StreamHead(string name)
{
    internal string Name => name;

    /// <summary>Its number in the file; 0 while it has no row there.</summary>
    internal long Id { get; set; }

    internal long Trim { get; set; }

    internal long Last { get; set; }

    /// <summary>When it was last appended to.</summary>
    internal long LastWriteMs { get; set; }

    /// <summary>Whether it was changed in the group that is being written: then it may not be remembered when the group fails.</summary>
    internal bool IsTouched { get; set; }
}
