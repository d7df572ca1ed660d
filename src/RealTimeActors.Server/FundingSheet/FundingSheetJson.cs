using System.Text.Json.Serialization;

namespace RealTimeActors.Server.FundingSheet;

/// <summary>What the page is told, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FundingSheetDescription))]
internal sealed partial class FundingSheetJson : JsonSerializerContext;
