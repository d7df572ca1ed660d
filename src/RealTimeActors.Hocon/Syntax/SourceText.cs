namespace RealTimeActors.Hocon.Syntax;

/// <summary>A text, where it comes from, and who included it.</summary>
/// <param name="Name">The file as it was named, or the name that the text was given.</param>
/// <param name="Text">All of it.</param>
/// <param name="FullPath">Of a file; null: the text is no file, and nothing can be adjacent to it.</param>
/// <param name="IncludedBy">Null: nobody.</param>
internal sealed record SourceText(string Name, string Text, string? FullPath, SourceText? IncludedBy)
{
    internal bool IsJson => Has(".json");

    internal bool IsProperties => Has(".properties");

    /// <summary>This file and those that led to it, the outermost first.</summary>
    internal IEnumerable<SourceText> Chain => IncludedBy is null ? [this] : IncludedBy.Chain.Append(this);

    private bool Has(string extension) => FullPath is not null && FullPath.EndsWith(extension, StringComparison.OrdinalIgnoreCase);
}
