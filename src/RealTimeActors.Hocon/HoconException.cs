namespace RealTimeActors.Hocon;

/// <summary>A configuration that cannot be read, resolved or converted. The message begins with the place: <c>my.conf:12:7: expected …, found …</c>.</summary>
/// <remarks>Messages name paths, words of the syntax and single characters; they never repeat a value, which may be a secret.</remarks>
public sealed class HoconException : Exception
{
    internal HoconException(HoconOrigin origin, string problem, Exception? cause = null)
        : base($"{Place(origin)}: {problem}", cause)
    {
        (File, Line, Column) = origin;
        Problem = problem;
    }

    /// <summary>The file as it was named, or the name that the text was given.</summary>
    public string File { get; }

    /// <summary>From 1; 0 where the whole file is meant.</summary>
    public int Line { get; }

    /// <summary>From 1, in UTF-16 units; 0 where the whole line or file is meant.</summary>
    public int Column { get; }

    /// <summary>The message without the place.</summary>
    public string Problem { get; }

    private static string Place(HoconOrigin origin) => origin.Column == 0 ? origin.ToString() : $"{origin}:{origin.Column}";
}
