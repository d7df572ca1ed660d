using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using RealTimeActors.Engine.Conflicts;
using RealTimeActors.Protocol;

namespace RealTimeActors.Edge.HttpApi.States;

/// <summary>What <c>If-Match</c> and <c>If-None-Match</c> ask of an entry (RFC 9110, 13.1). A tag is the version in quotes: <c>"13"</c>.</summary>
internal readonly record struct Preconditions
{
    private const int TagsMax = 64;

    /// <summary>The version that a mutation may meet: 0 means that the entry must be absent, <see cref="Mutation.MustExist"/> that it must not; null: any, or none.</summary>
    internal long? IfVersion { get; private init; }

    /// <summary>Whether the tag is one that no entry ever has: the precondition cannot hold.</summary>
    internal bool NeverHolds { get; private init; }

    /// <summary>Of a request that changes the entry.</summary>
    /// <exception cref="RefusedException">They cannot be read, or are more than one condition.</exception>
    internal static Preconditions OfMutation(HttpRequest request)
    {
        // Parameters that are not known are passed over; this one would be a condition that nobody looks at.
        if (request.Query.ContainsKey("ifVersion"))
            throw new RefusedException(ErrorCode.BadRequest, "ifVersion is no parameter of the address: the header If-Match names the version, as \"13\"; If-None-Match: * means that there must be no such entry.");

        var match = Tags(request, HeaderNames.IfMatch);
        var noneMatch = Tags(request, HeaderNames.IfNoneMatch);
        if (match.Count > 0 && noneMatch.Count > 0)
            throw new RefusedException(ErrorCode.BadRequest, "If-Match or If-None-Match is expected; both came.");

        if (noneMatch.Count > 0)
        {
            return noneMatch is [var none] && none.Equals(EntityTagHeaderValue.Any)
                ? new Preconditions { IfVersion = 0 }
                : throw new RefusedException(ErrorCode.BadRequest, "With a change If-None-Match is expected to be *, which means: only if there is no such entry. If-Match names the version that is to be changed.");
        }

        if (match.Count == 0)
            return default;

        if (match is not [var tag])
            throw new RefusedException(ErrorCode.BadRequest, $"If-Match is expected to name one version, or *; {match.Count} came.");

        if (tag.Equals(EntityTagHeaderValue.Any))
            return new Preconditions { IfVersion = Mutation.MustExist };

        return VersionOf(tag) is { } version ? new Preconditions { IfVersion = version } : new Preconditions { NeverHolds = true };
    }

    /// <summary>What a request that reads gets.</summary>
    /// <param name="request">Asks.</param>
    /// <param name="etag">Of what is there, in quotes; null: nothing is.</param>
    /// <returns>200, 304 (the asker has it already) or 412.</returns>
    /// <exception cref="RefusedException">They cannot be read.</exception>
    internal static int StatusOfRead(HttpRequest request, string? etag)
    {
        var match = Tags(request, HeaderNames.IfMatch);
        if (match.Count > 0 && !match.Any(tag => etag is not null && (tag.Equals(EntityTagHeaderValue.Any) || (!tag.IsWeak && tag.Tag.Equals(etag, StringComparison.Ordinal)))))
            return StatusCodes.Status412PreconditionFailed;

        var noneMatch = Tags(request, HeaderNames.IfNoneMatch);
        return etag is not null && noneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag.Equals(etag, StringComparison.Ordinal))
            ? StatusCodes.Status304NotModified
            : StatusCodes.Status200OK;
    }

    /// <summary>The version that the tag stands for; null: it stands for none. A weak tag never matches where something is to be changed, and no version begins with a 0.</summary>
    private static long? VersionOf(EntityTagHeaderValue tag)
    {
        var digits = tag.Tag.AsSpan()[1..^1];
        return !tag.IsWeak && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && digits[0] != '0' && version <= Limits.IntegerMax ? version : null;
    }

    private static IList<EntityTagHeaderValue> Tags(HttpRequest request, string name)
    {
        var values = request.Headers[name];
        if (values.Count == 0)
            return [];

        return EntityTagHeaderValue.TryParseStrictList(values, out var tags) && tags.Count is > 0 and <= TagsMax
            ? tags
            : throw new RefusedException(ErrorCode.BadRequest, $"{name} is expected to be a version in quotes, as \"13\", or *; '{Shown(values.ToString())}' came.");
    }

    private static string Shown(string text) => text.Length <= 64 ? text : text[..64] + "…";
}
