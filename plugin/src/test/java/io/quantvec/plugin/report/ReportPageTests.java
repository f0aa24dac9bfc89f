/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.plugin.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.codec.segment.CodeOrigin;
import io.quantvec.codec.segment.CodeReason;
import io.quantvec.codec.segment.FieldBytes;
import io.quantvec.plugin.evaluate.result.Evaluation;
import io.quantvec.plugin.evaluate.result.Latency;
import io.quantvec.plugin.evaluate.result.NeighborScoreErrors;
import io.quantvec.plugin.evaluate.result.SettingResult;
import io.quantvec.plugin.evaluate.result.TrialReport;
import io.quantvec.plugin.evaluate.result.TrialResult;
import io.quantvec.plugin.stats.ByteCounts;
import io.quantvec.plugin.stats.CalibrationInfo;
import io.quantvec.plugin.stats.FieldStats;
import io.quantvec.plugin.stats.ScoreErrorStats;
import io.quantvec.plugin.stats.SegmentStats;
import io.quantvec.plugin.vector.SpaceType;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportPageTests {

  private static final long NOW = 1_800_000_000_000L;
  private static final String NASTY = "<script>alert('1')</script>&\"";

  private static SettingResult setting(int ef, double recall, double ms, boolean isDefault) {
    Latency latency = new Latency(ms, 2 * ms, 3 * ms);
    return new SettingResult(
        new SettingResult.Search(ef, 100, 10, isDefault),
        new SettingResult.MeasuredRecall(recall, 0.01, recall - 0.02, recall + 0.02, 0.99),
        latency,
        new SettingResult.Work(1, 2, 3));
  }

  private static SegmentStats segment(String name, long age, double drift, String advice) {
    return new SegmentStats(
        new SegmentStats.Identity(name, NOW - age, 1_000, 10),
        new ByteCounts(new FieldBytes(52_000, 4_000, 396_000, 6_000, 90_000, 1_000)),
        true,
        new SegmentStats.Codes("int4", 4, Double.NaN, Double.NaN, "int8"),
        new SegmentStats.Provenance("0123456789abcdef", CodeOrigin.LEARNED, CodeReason.FIRST, 0),
        new SegmentStats.Fit(0.1, 0.02, drift, 1.5, advice, 0),
        ScoreErrorStats.NONE);
  }

  private static Report report(List<SegmentStats> segments, List<SettingResult> settings) {
    NeighborScoreErrors error =
        new NeighborScoreErrors(
            10, 0.1, 0, 0.2, new NeighborScoreErrors.Histogram(-0.2, 0.2, new long[] {1, 5, 3, 1}));
    TrialReport trials =
        new TrialReport(
            1_000,
            5_000,
            2,
            List.of(
                new TrialResult(
                    new TrialResult.Codes("int4", 4, "int8"),
                    new TrialResult.VectorBytes(196, 396, 6),
                    0.98,
                    100,
                    1,
                    true),
                new TrialResult(
                    new TrialResult.Codes("binary", 1, "int8"),
                    new TrialResult.VectorBytes(52, 396, 6),
                    0.7,
                    100,
                    0.97,
                    true)),
            "binary");
    Evaluation evaluation =
        new Evaluation(
            new Evaluation.Run(1_234, false),
            new Evaluation.FieldFacts(NASTY, 384, SpaceType.COSINESIMIL, 5_000),
            new Evaluation.Queries(10, 100, 100, true),
            new Evaluation.ExactScan(
                "int8", new Latency(9, 10, 11), settings.isEmpty() ? null : error),
            settings,
            null,
            settings.isEmpty() ? null : trials,
            List.of("so few queries"));
    CalibrationInfo calibration =
        new CalibrationInfo(
            new CalibrationInfo.Learning("rms", "klt", 20_000, NOW),
            new CalibrationInfo.Layout(
                48, 32, 96, 16, new byte[] {4, 2}, new float[] {0.1f, 0.05f}),
            0.1f,
            0.01f,
            1_000);
    return new Report(
        NASTY,
        NOW,
        evaluation,
        0.95,
        new FieldStats(),
        segments,
        segments.isEmpty() ? null : calibration,
        List.of());
  }

  private static Document parse(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    String withoutType = page.replaceFirst("<!DOCTYPE html>", "");
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(withoutType)));
  }

  private static List<Element> elements(Document page, String... names) {
    List<Element> found = new ArrayList<>();
    for (String name : names) {
      NodeList nodes = page.getElementsByTagName(name);
      for (int i = 0; i < nodes.getLength(); i++) {
        found.add((Element) nodes.item(i));
      }
    }
    return found;
  }

  @Test
  void hasAllPlotsAndNothingFromElsewhere() throws Exception {
    String page =
        ReportPage.render(
            report(
                List.of(
                    segment("_1", 60_000, 1.1, null), segment("_0", 9_000_000, 2.4, "learn again")),
                List.of(setting(100, 0.9, 1, true), setting(200, 0.97, 2, false))));
    Document document = parse(page);
    assertEquals(6, elements(document, "svg").size());
    assertEquals(List.of(), elements(document, "script", "link", "img", "iframe"));
    assertFalse(page.contains("url(") || page.contains("http"), page);
    for (Element mark : elements(document, "circle", "rect", "text", "line")) {
      for (String place : List.of("cx", "cy", "x", "y", "x1", "y1", "x2", "y2")) {
        if (mark.hasAttribute(place)) {
          double position = Double.parseDouble(mark.getAttribute(place));
          assertTrue(position >= 0 && position <= 640, place + "=" + position);
        }
      }
    }
    String text = document.getDocumentElement().getTextContent();
    assertTrue(text.contains(NASTY), text);
    assertTrue(text.contains("finds 90.0 % of the 10 nearest"), text);
    assertTrue(text.contains("Of what is missed, 9.0 points are the graph's"), text);
    assertTrue(text.contains("drifted"), text);
    assertTrue(text.contains("So few queries"), text);
  }

  @Test
  void ofNothingIsAPage() throws Exception {
    Document document = parse(ReportPage.render(report(List.of(), List.of())));
    assertEquals(List.of(), elements(document, "svg"));
    String text = document.getDocumentElement().getTextContent();
    assertTrue(text.contains("there are no vectors or queries"), text);
    assertFalse(text.contains("NaN"), text);
  }

  @Test
  void numbersHaveTheDigitsThatPeopleRead() {
    assertEquals("12,345", Html.number(12_345));
    assertEquals("1,235", Html.number(1_234.56));
    assertEquals("12.3", Html.number(12.34));
    assertEquals("0.123", Html.number(0.1234));
    assertEquals("-", Html.number(Double.NaN));
    assertEquals("1.5 KiB", Html.bytes(1_536));
    assertEquals("700 B", Html.bytes(700));
    assertEquals("&lt;a b=&quot;c&quot;&gt;&amp;&#39;", Html.escape("<a b=\"c\">&'"));
  }
}
