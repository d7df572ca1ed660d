namespace RealTimeActors.Server.FundingSheet;

/// <summary>What the funding sheet is told before it subscribes: <c>GET /page/sheet.json</c>.</summary>
/// <param name="Sheet">The channel whose state the sheet is.</param>
/// <param name="Notices">The channel of what the offices ask each other to confirm.</param>
/// <param name="Rules">By which rules the server decides about the sheet.</param>
internal sealed record FundingSheetDescription(string Sheet, string Notices, FundingSheetRules Rules);
