namespace RealTimeActors.Hocon;

/// <summary>What a configuration may cost at most, whoever wrote it. Beyond a bound there is a <see cref="HoconException"/> that names it.</summary>
public sealed record HoconLimits
{
    /// <summary>Objects and arrays within each other, in a file and in the resolved configuration.</summary>
    public int DepthMax { get; init; } = 100;

    /// <summary>Bytes of one file (of one text: characters).</summary>
    public int FileBytesMax { get; init; } = 4 << 20;

    /// <summary>Bytes of all files of one configuration together.</summary>
    public int AllFilesBytesMax { get; init; } = 16 << 20;

    /// <summary>Files that one configuration may consist of, with everything that is included.</summary>
    public int FilesMax { get; init; } = 200;

    /// <summary>Files that include each other in a row.</summary>
    public int IncludeDepthMax { get; init; } = 20;

    /// <summary>Substitutions that lead to each other in a row.</summary>
    public int SubstitutionDepthMax { get; init; } = 250;

    /// <summary>Values of the resolved configuration, after all substitutions.</summary>
    public int ValuesMax { get; init; } = 250_000;

    /// <summary>Characters of all keys and values of the resolved configuration.</summary>
    public int TextMax { get; init; } = 16 << 20;

    /// <summary>Steps that resolving may take: looking at a definition, or copying a key or an element. Keeps what stays small but is built in a costly way from holding up a start.</summary>
    public int StepsMax { get; init; } = 10_000_000;
}
