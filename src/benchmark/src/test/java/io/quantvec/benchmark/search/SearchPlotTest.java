/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.benchmark.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quantvec.benchmark.contender.SearchRow;
import io.quantvec.benchmark.data.DataSet;
import io.quantvec.benchmark.index.IndexCost;
import io.quantvec.benchmark.measure.CurvePoint;
import io.quantvec.benchmark.measure.RecallCurve;
import io.quantvec.benchmark.measure.SearchResult;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class SearchPlotTest {

  static Document assertWellFormed(String svg) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertEquals("svg", document.getDocumentElement().getTagName());
    assertFalse(svg.contains("<script"), svg);
    assertFalse(svg.contains("NaN"), svg);
    return document;
  }

  private static DataSet data(String name) {
    return new DataSet(
        name,
        VectorSimilarityFunction.EUCLIDEAN,
        Arrays.asList(new float[5][3]),
        new float[2][3],
        new double[2]);
  }

  private static SearchResult result(String row, SearchRow.Family family, CurvePoint... points) {
    return new SearchResult(
        row,
        family,
        new IndexCost(1, 2, 3, 4, 5, 6),
        -1,
        new RecallCurve(List.of(points)),
        10,
        1,
        Double.NaN);
  }

  @Test
  void everyRowHasALineAndALegend() throws Exception {
    String svg =
        SearchPlot.of(
            data("a < b & c"),
            List.of(
                result(
                    "ours",
                    SearchRow.Family.QUANTVEC,
                    new CurvePoint(10, .5, 9_000),
                    new CurvePoint(20, 1, 1_000)),
                result("theirs", SearchRow.Family.JVECTOR, new CurvePoint(10, .9, 100))));
    Document document = assertWellFormed(svg);
    assertEquals(2, document.getElementsByTagName("polyline").getLength());
    assertTrue(svg.contains(">ours<") && svg.contains(">theirs<"), svg);
    assertTrue(svg.contains("a &lt; b &amp; c"), svg);
    assertTrue(svg.contains(">recall@10<") && svg.contains("queries per second"), svg);
    assertTrue(svg.contains("prefers-color-scheme: dark"), svg);
  }

  @Test
  void rowsOfNoRecallLeaveAnEmptyPlot() throws Exception {
    assertWellFormed(
        SearchPlot.of(
            data("empty"),
            List.of(result("lost", SearchRow.Family.QUANTVEC, new CurvePoint(10, 0, 5)))));
  }

  @Test
  void ratesStandBetweenNumbersOfTheSeries() {
    PlotScale scale = PlotScale.ofRates(130, 1_900, 0, 100);
    assertEquals(100, scale.low(), 1e-9);
    assertEquals(2_000, scale.high(), 1e-6);
    assertEquals(5, scale.ticks().size());
    assertEquals(0, scale.at(100), 1e-9);
    assertEquals(100, scale.at(2_000), 1e-9);
  }

  @Test
  void recallsAreSpreadByWhatIsMissing() {
    PlotScale scale = PlotScale.ofRecall(.93, 0, 2);
    assertEquals(.9, scale.low());
    assertEquals(1, scale.at(.99), 1e-9);
    assertEquals(2, scale.at(.999), 1e-9);
    assertEquals(2, scale.at(1), 1e-9);
  }
}
