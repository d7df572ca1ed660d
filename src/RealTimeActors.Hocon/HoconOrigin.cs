namespace RealTimeActors.Hocon;

/// <summary>Where something was written.</summary>
/// <param name="File">The file as it was named, or the name that a text was given.</param>
/// <param name="Line">From 1; 0 where the whole file is meant.</param>
/// <param name="Column">From 1, in UTF-16 units; 0 where the whole line or file is meant.</param>
public readonly record struct HoconOrigin(string File, int Line, int Column)
{
    /// <summary>As editors and compilers write it: <c>my.conf:12</c>.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}";
}
