using System.Text.Json;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.Machine.Presence;

/// <summary>Somebody who is there: once for each of his sessions. Two are equal when all of it is, byte for byte.</summary>
/// <param name="Session">The session that is there.</param>
/// <param name="User">Whose it is; null where nobody is asked.</param>
/// <param name="State">What he shows of himself, compact JSON.</param>
public sealed record PresenceMember(string Session, string? User, ReadOnlyMemory<byte> State)
{
    /// <summary>What he shows of himself, as a .NET object.</summary>
    /// <param name="json">How; null: as on the web (camelCase).</param>
    /// <exception cref="JsonException">It is not of that form.</exception>
    public T? Read<T>(JsonSerializerOptions? json = null) => JsonSerializer.Deserialize<T>(State.Span, json ?? JsonSerializerOptions.Web);

    /// <inheritdoc/>
    public bool Equals(PresenceMember? other) => other is not null && Session == other.Session && User == other.User && State.Span.SequenceEqual(other.State.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Session, User, State.Length);

    internal static PresenceMember Of(Member member) => new(member.Session, member.User, member.State);
}
