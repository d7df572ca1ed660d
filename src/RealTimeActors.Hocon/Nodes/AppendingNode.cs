namespace RealTimeActors.Hocon.Nodes;

/// <summary><c>a += b</c>, which is <c>a = ${?a} [b]</c>. More of them in a row are one, so that a long list is no long chain of substitutions.</summary>
internal sealed class AppendingNode(SubstitutionNode before, ArrayNode added) : Node(added.Origin)
{
    internal SubstitutionNode Before { get; } = before;

    internal ArrayNode Added { get; } = added;
}
