/*
 * Copyright the Quantvec contributors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.quantvec.codec.hnsw;

import io.quantvec.codec.graph.SourceGraph;
import io.quantvec.codec.graph.StoredGraph;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.hnsw.HnswGraphProvider;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.KnnVectorValues.DocIndexIterator;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.VectorEncoding;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraph;

/** Finds the graphs of merged segments that the merged graph can be built from. */
final class SourceGraphs {

  private SourceGraphs() {}

  /**
   * The graphs of the merged segments.
   *
   * @param merged the vectors of the merged segment
   * @param m maximum number of links per node on the upper levels of the merged graph
   * @return the graphs, largest first
   */
  static List<SourceGraph> of(
      FieldInfo fieldInfo, MergeState mergeState, KnnVectorValues merged, int m)
      throws IOException {
    List<SourceGraph> graphs = new ArrayList<>();
    for (int i = 0; i < mergeState.knnVectorsReaders.length; i++) {
      FieldInfo sourceInfo = mergeState.fieldInfos[i].fieldInfo(fieldInfo.name);
      KnnVectorsReader reader = mergeState.knnVectorsReaders[i];
      if (reader instanceof PerFieldKnnVectorsFormat.FieldsReader perField) {
        reader = perField.getFieldReader(fieldInfo.name);
      }
      if (sourceInfo == null
          || !sourceInfo.hasVectorValues()
          || !(reader instanceof HnswGraphProvider provider)) {
        continue;
      }
      HnswGraph graph = provider.getGraph(fieldInfo.name);
      KnnVectorValues values = values(reader, fieldInfo);
      if (graph == null
          || graph.size() == 0
          || graph.maxConn() < 1
          || graph.maxConn() > m
          || graph.size() != values.size()) {
        continue;
      }
      int[] ords =
          mergedOrds(values, mergeState.liveDocs[i], mergeState.docMaps[i], merged.iterator());
      if (ords != null) {
        graphs.add(
            new SourceGraph(
                () ->
                    StoredGraph.of(
                        provider.getGraph(fieldInfo.name),
                        "graph of field \"" + fieldInfo.name + "\" of a merged segment"),
                ords,
                isComplete(ords)));
      }
    }
    graphs.sort(Comparator.comparingInt(SourceGraph::size).reversed());
    return graphs;
  }

  private static KnnVectorValues values(KnnVectorsReader reader, FieldInfo fieldInfo)
      throws IOException {
    return fieldInfo.getVectorEncoding() == VectorEncoding.BYTE
        ? reader.getByteVectorValues(fieldInfo.name)
        : reader.getFloatVectorValues(fieldInfo.name);
  }

  /**
   * The ordinal of each source vector in the merged segment; -1 for deleted documents.
   *
   * @return null if the merge changes the order of the source's documents
   */
  private static int[] mergedOrds(
      KnnVectorValues values, Bits liveDocs, MergeState.DocMap docMap, DocIndexIterator mergedDocs)
      throws IOException {
    int[] ords = new int[values.size()];
    DocIndexIterator docs = values.iterator();
    for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
      if (liveDocs != null && !liveDocs.get(doc)) {
        ords[docs.index()] = -1;
        continue;
      }
      int target = docMap.get(doc);
      while (mergedDocs.docID() < target) {
        mergedDocs.nextDoc();
      }
      if (mergedDocs.docID() != target) {
        return null;
      }
      ords[docs.index()] = mergedDocs.index();
    }
    return ords;
  }

  private static boolean isComplete(int[] ords) {
    for (int ord : ords) {
      if (ord < 0) {
        return false;
      }
    }
    return true;
  }
}
