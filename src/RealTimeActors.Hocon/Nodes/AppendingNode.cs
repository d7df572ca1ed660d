namespace RealTimeActors.Hocon.Nodes;

/// <summary><c>a += b</c>, which is <c>a = ${?a} [b]</c>. More of them in a row are one, so that a long list is no long chain of substitutions.</summary>
/// <param name="before">The list as it was.</param>
/// <param name="added">What comes to it.</param>
/// <param name="mayJoin">Whether it may become one with the list before: nothing in it looks at that list.</param>
internal sealed class AppendingNode(SubstitutionNode before, ArrayNode added, bool mayJoin) : Node(added.Origin)
{
    internal bool MayJoin { get; } = mayJoin;

    internal SubstitutionNode Before { get; } = before;

    internal ArrayNode Added { get; } = added;
}
